using System.Runtime.CompilerServices;

namespace Viaduct.Tests.Support;

/// <summary>Bounded waits.</summary>
public static class Waiting
{
    public static async Task Within(this Task task, [CallerArgumentExpression(nameof(task))] string what = "")
    {
        await Task.WhenAny(task, Task.Delay(Patience.Limit)).ConfigureAwait(false);
        if (!task.IsCompleted)
        {
            throw new TimeoutException($"After {Patience.Limit.TotalSeconds:0} s this is not done: {what}");
        }

        await task.ConfigureAwait(false);
    }

    public static async Task<T> Within<T>(this Task<T> task, [CallerArgumentExpression(nameof(task))] string what = "")
    {
        await Within((Task)task, what).ConfigureAwait(false);
        return await task.ConfigureAwait(false);
    }

    public static Task Within(this ValueTask task, [CallerArgumentExpression(nameof(task))] string what = "") =>
        task.AsTask().Within(what);

    public static Task<T> Within<T>(this ValueTask<T> task, [CallerArgumentExpression(nameof(task))] string what = "") =>
        task.AsTask().Within(what);

    /// <summary>The same, with the sockets' state where it fails.</summary>
    public static async Task Within(this Task task, string what, params ISocket[] sockets)
    {
        await Task.WhenAny(task, Task.Delay(Patience.Limit)).ConfigureAwait(false);
        await task.Within(task.IsCompleted ? what : $"{what}\n{string.Join('\n', sockets.Select(Describe))}").ConfigureAwait(false);
    }

    /// <summary>A socket's state in words.</summary>
    public static string Describe(this ISocket socket) =>
        $"{socket.Role}: {socket.Counters}, peers: {string.Join("; ", socket.Peers.Select(peer => $"{peer} {peer.Messages}/{peer.Outstanding}"))}";

    /// <summary>The task's exception, or null where it ended well; a hang fails.</summary>
    public static async Task<Exception?> Outcome(this Task task, [CallerArgumentExpression(nameof(task))] string what = "")
    {
        await Task.WhenAny(task, Task.Delay(Patience.Limit)).ConfigureAwait(false);
        Assert.True(task.IsCompleted, $"After {Patience.Limit.TotalSeconds:0} s this is not done: {what}");
        return await Record.ExceptionAsync(() => task).ConfigureAwait(false);
    }

    /// <summary>Fails where the task ends within a moment.</summary>
    public static async Task StaysPending(this Task task, [CallerArgumentExpression(nameof(task))] string what = "")
    {
        await Task.WhenAny(task, Task.Delay(Patience.Moment)).ConfigureAwait(false);
        Assert.False(task.IsCompleted, $"This should still wait, but is {task.Status}: {what} {task.Exception?.InnerException}");
    }

    /// <summary>Waits until the condition holds.</summary>
    public static Task Until(Func<bool> condition, [CallerArgumentExpression(nameof(condition))] string what = "") => Until(condition, () => what);

    /// <summary>Waits until the condition holds, for which something has to be collected.</summary>
    public static Task UntilCollected(Func<bool> condition, [CallerArgumentExpression(nameof(condition))] string what = "")
    {
        bool HoldsNow()
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            return condition();
        }

        return Until(HoldsNow, () => what);
    }

    /// <summary>Waits until the condition holds; says what the state is where it does not.</summary>
    public static async Task Until(Func<bool> condition, Func<string> state)
    {
        long end = Environment.TickCount64 + (long)Patience.Limit.TotalMilliseconds;
        while (!condition())
        {
            if (Environment.TickCount64 >= end)
            {
                Assert.Fail($"After {Patience.Limit.TotalSeconds:0} s this does not hold: {state()}");
            }

            await Task.Delay(2).ConfigureAwait(false);
        }
    }
}
