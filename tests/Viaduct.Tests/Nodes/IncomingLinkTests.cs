using Viaduct.Nodes;
using Viaduct.Tests.Support;

namespace Viaduct.Tests.Nodes;

/// <summary>What the end of a link says last, over a stream.</summary>
[Collection(Collections.Alone)]
public sealed class IncomingLinkTests
{
    /// <summary>
    /// Who sees it takes what was not answered by then for lost. One thread answers and lets go, while another sends again and again all that is there, and then the close if that is
    /// due: as the writer of a session does.
    /// </summary>
    [Fact]
    public async Task The_close_goes_behind_what_was_answered_before_it()
    {
        // A second's worth, but that no slow machine takes longer for.
        const int Rounds = 300_000;
        long end = Environment.TickCount64 + 1000;
        IncomingLink link = null!;
        int answered = 0;
        int begun = 0;
        int told = 0;
        Task writer = Background.Run(() =>
        {
            for (int round = 1; ; round++)
            {
                SpinWait spin = default;
                while (Volatile.Read(ref begun) < round)
                {
                    spin.SpinOnce(sleep1Threshold: -1);
                }

                if (Volatile.Read(ref begun) == int.MaxValue)
                {
                    return;
                }

                int sent;
                do
                {
                    Interlocked.Exchange(ref link.Dirty, 0);
                    sent = Volatile.Read(ref answered);
                }
                while (!link.IsCloseDue);

                Assert.Equal(round, sent);
                Volatile.Write(ref told, round);
            }
        });
        for (int round = 1; round <= Rounds && !writer.IsCompleted && Environment.TickCount64 < end; round++)
        {
            link = new IncomingLink(1, null!, null!, Guid.Empty);
            Volatile.Write(ref begun, round);
            Thread.SpinWait(round % 20);
            Volatile.Write(ref answered, round);
            link.Close("");
            SpinWait spin = default;
            while (Volatile.Read(ref told) < round && !writer.IsCompleted)
            {
                spin.SpinOnce(sleep1Threshold: -1);
            }
        }

        Volatile.Write(ref begun, int.MaxValue);
        await writer.Within();
    }

    [Fact]
    public void The_close_is_due_once_and_not_before_all_was_told()
    {
        var link = new IncomingLink(1, null!, null!, Guid.Empty);
        Assert.False(link.IsCloseDue);
        link.Close("enough");
        Assert.False(link.IsCloseDue);
        Interlocked.Exchange(ref link.Dirty, 0);
        Assert.True(link.IsCloseDue);
        Assert.Equal("enough", link.Closing);
        link.CloseSent = true;
        Assert.False(link.IsCloseDue);
    }
}
