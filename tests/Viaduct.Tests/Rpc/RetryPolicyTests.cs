using Viaduct.Rpc;

namespace Viaduct.Tests.Rpc;

/// <summary>How long retries wait, and what pays for them.</summary>
public sealed class RetryPolicyTests
{
    private const int Draws = 2000;

    /// <summary>Half to the whole of what doubles from attempt to attempt, up to the most; each part of that is drawn.</summary>
    [Theory]
    [InlineData(100, 1000, 1, 100)]
    [InlineData(100, 1000, 2, 200)]
    [InlineData(100, 1000, 4, 800)]
    [InlineData(100, 1000, 5, 1000)]
    [InlineData(100, 1000, 99, 1000)]
    [InlineData(0, 1000, 2, 2)]
    [InlineData(0, 1000, 7, 64)]
    [InlineData(0, 1000, 99, 1000)]
    [InlineData(60_000, 60_000, 1, 60_000)]
    public void A_delay_is_between_half_and_the_whole_of_its_step(int least, int most, int attempts, int step)
    {
        var policy = new RetryPolicy { MinDelay = TimeSpan.FromMilliseconds(least), MaxDelay = TimeSpan.FromMilliseconds(most) };
        policy.Validate();
        double[] parts = [.. Enumerable.Range(0, Draws).Select(_ => policy.DelayAfter(attempts).TotalMilliseconds / step)];

        // Its ticks are a ten-thousandth of a millisecond.
        Assert.All(parts, static part => Assert.InRange(part, 0.4999, 1));

        // That one of ten equal parts is missed by all of them has a chance of less than 10^-90.
        Assert.Equal(10, parts.Select(static part => Math.Clamp((int)((part - 0.5) * 20), 0, 9)).Distinct().Count());
    }

    [Theory]
    [InlineData(0, 1000, 1)]
    [InlineData(0, 0, 1)]
    [InlineData(0, 0, 2)]
    [InlineData(0, 0, 99)]
    public void Without_a_delay_there_is_none(int least, int most, int attempts)
    {
        var policy = new RetryPolicy { MinDelay = TimeSpan.FromMilliseconds(least), MaxDelay = TimeSpan.FromMilliseconds(most) };
        Assert.All(Enumerable.Range(0, Draws), _ => Assert.Equal(TimeSpan.Zero, policy.DelayAfter(attempts)));
    }

    [Fact]
    public void A_call_that_succeeds_pays_for_a_tenth_of_a_retry_and_no_more_is_kept_than_there_was()
    {
        var budget = new RetryBudget(new RetryPolicy { Budget = 3 });
        Assert.Equal(3, Taken());
        for (int successes = 1; successes <= 45; successes++)
        {
            budget.Refill();
            Assert.Equal(successes % 10 == 0 ? 1 : 0, Taken());
        }

        // Five tenths are left of those.
        Refill(5);
        Assert.Equal(1, Taken());
        Refill(25);
        Assert.Equal(2, Taken());
        Refill(1000);
        Assert.Equal(3, Taken());

        int Taken()
        {
            int taken = 0;
            while (budget.TryTake())
            {
                taken++;
            }

            return taken;
        }

        void Refill(int successes)
        {
            for (int i = 0; i < successes; i++)
            {
                budget.Refill();
            }
        }
    }

    [Fact]
    public void Successes_of_many_threads_all_count()
    {
        var budget = new RetryBudget(new RetryPolicy { Budget = 1_000_000 });
        int taken = 0;
        while (budget.TryTake())
        {
            taken++;
        }

        Assert.Equal(1_000_000, taken);
        Parallel.For(0, 8, _ =>
        {
            for (int i = 0; i < 10_000; i++)
            {
                budget.Refill();
            }
        });
        for (taken = 0; budget.TryTake(); taken++)
        {
        }

        Assert.Equal(8_000, taken);
    }
}
