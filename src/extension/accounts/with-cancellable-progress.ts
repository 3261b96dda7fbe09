import { ProgressLocation, window } from 'vscode';

/** Shows a notification with a button to cancel while `work` goes on; `null` where the user has cancelled it. */
export const withCancellableProgress = async <T>(
  title: string,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T | null> =>
  await window.withProgress<T | null>(
    { location: ProgressLocation.Notification, title, cancellable: true },
    async (_, cancellation) => {
      const controller = new AbortController();
      const subscription = cancellation.onCancellationRequested(() => controller.abort());
      try {
        return await work(controller.signal);
      } catch (error) {
        if (controller.signal.aborted) return null;
        throw error;
      } finally {
        subscription.dispose();
      }
    },
  );
