using System.Diagnostics;
using System.Runtime.CompilerServices;
using Viaduct.Calls;
using Viaduct.Links;
using Viaduct.Rings;
using Viaduct.Tests.Hostile;

namespace Viaduct.HostilePeer;

/// <summary>
/// Serves the channel as a service that takes some calls and answers none, says so, writes what can't be true of them over its page once it is told to, and dies of SIGKILL: what it
/// wrote outlives it.
/// </summary>
/// <param name="victim">Whose runtime directory it joins, and the service's name.</param>
/// <param name="nonsense">Unused: what is written here is not left to chance.</param>
/// <param name="taken">Calls that it takes.</param>
/// <param name="lie">What it says.</param>
internal sealed class CalleeAttack(Victim victim, Nonsense nonsense, int taken, CalleeLie lie) : Attack(victim, nonsense, taken)
{
    /// <inheritdoc/>
    public override unsafe void Run()
    {
        Node node = Node.Join(new NodeOptions { Name = "hostile", RuntimeDirectory = Victim.RuntimeDirectory });
        CalleeSocket socket = node.OpenCallee(new ServiceSpec(Victim.Channel, "") { Capacity = 256, Context = Context.LocalProcess }, new ServerOptions(), null);
        IncomingFrame incoming = default;
        for (; !IsOver; Done++)
        {
            socket.Receive(ref incoming, Timeout.InfiniteTimeSpan, CancellationToken.None);
        }

        Console.WriteLine("taken");
        Console.ReadLine();
        ReceiverPage* page = Inside<Frame>.Links(socket.Requests)[0].Page;
        (page->Consumed, page->Released) = lie switch
        {
            CalleeLie.MoreThanWasSent => (page->Consumed + 100, page->Released + 100),
            CalleeLie.LessThanBefore => (0UL, 0UL),
            _ => (page->Consumed, page->Released - 1),
        };
        Process.GetCurrentProcess().Kill();
    }

    /// <summary>What sound programs keep to themselves.</summary>
    private static class Inside<T>
    {
        [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_links")]
        public static extern ref ReceiveLink<T>[] Links(Inbox<T> inbox);
    }
}
