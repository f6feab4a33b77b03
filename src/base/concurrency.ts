/**
 * Runs `task` over all items at once and waits for every one of them to settle, so that nothing is still running when
 * a failure is handled.
 *
 * @throws the first failure, in the order of the items
 */
export async function all<Item, Result>(
  items: Iterable<Item>,
  task: (item: Item, index: number) => Promise<Result>,
): Promise<Result[]> {
  const settled = await Promise.allSettled([...items].map(async (item, index) => task(item, index)));
  return settled.map((outcome) => {
    if (outcome.status === 'rejected') throw outcome.reason;
    return outcome.value;
  });
}
