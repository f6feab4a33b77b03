import { CHECKS } from './checks/index.js';
import { isUnseen, type CheckupFacts } from './facts.js';
import type { CheckupFinding, CheckupSeverity } from './finding.js';
import type { ChecklistItem, CheckupReport } from './report.js';

const RANK: Readonly<Record<CheckupSeverity, number>> = { error: 0, warning: 1, note: 2 };

/** Goes through the whole checklist. Pure. */
export function checkup(facts: CheckupFacts): Omit<CheckupReport, 'elapsedMs' | 'fixed'> {
  const findings: CheckupFinding[] = [];
  const checks = CHECKS.map(({ title, judge }): ChecklistItem => {
    const judgement = judge(facts);
    if (isUnseen(judgement)) return { title, result: 'unseen', reason: judgement.unseen };
    findings.push(...judgement);
    return { title, result: worstOf(judgement) ?? 'ok', reason: null };
  });
  const worst = worstOf(findings);
  return {
    cluster: facts.cluster,
    nodes: facts.nodes.length,
    answered: facts.nodes.filter(({ said }) => said !== undefined).length,
    verdict: worst === 'error' || worst === 'warning' ? worst : 'ok',
    // Sorting keeps the checklist's order among equals.
    findings: findings.sort((a, b) => RANK[a.severity] - RANK[b.severity]),
    checks,
  };
}

function worstOf(findings: readonly CheckupFinding[]): CheckupSeverity | undefined {
  return [...findings].sort((a, b) => RANK[a.severity] - RANK[b.severity])[0]?.severity;
}
