using Viaduct.Links;

namespace Viaduct.Calls;

/// <content>How long callees are at work.</content>
internal abstract partial class CallRoute
{
    /// <summary>Begins to take the time that a callee is at work, or ends that: two looks at the clock for each call.</summary>
    public void TimeWork(Guid callee, bool isTimed)
    {
        Outbox.EnterGate();
        try
        {
            if (Outbox.FindLink(callee) is { } link)
            {
                link.WorkTime = isTimed ? new WorkTime(_calls.CountWork(link)) : null;
            }
        }
        finally
        {
            Outbox.ExitGate();
        }
    }

    /// <summary>How long a callee was at work since its time is taken; zero where it is not.</summary>
    /// <param name="callee">The callee.</param>
    /// <param name="isNow">Whether it may be now.</param>
    public TimeSpan TimeAtWork(Guid callee, out bool isNow)
    {
        isNow = false;
        Outbox.EnterGate();
        try
        {
            if (Outbox.FindLink(callee) is not { } link)
            {
                return TimeSpan.Zero;
            }

            isNow = _calls.IsAtWork(link);
            return link.WorkTime?.Spent(isNow) ?? TimeSpan.Zero;
        }
        finally
        {
            Outbox.ExitGate();
        }
    }
}
