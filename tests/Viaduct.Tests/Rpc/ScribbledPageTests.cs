using System.Diagnostics;
using Viaduct.Calls;
using Viaduct.Links;
using Viaduct.Rpc;
using Viaduct.Tests.Support;

namespace Viaduct.Tests.Rpc;

/// <summary>A server's process dies, and its page says of its calls what can't be true.</summary>
public sealed class ScribbledPageTests : IAsyncDisposable
{
    private const string Name = "scribbled";

    /// <summary>So many calls the server takes; it never comes to the last one.</summary>
    private const int Taken = 2;

    private readonly Distance _distance = new(DistanceKind.SharedMemory);
    private readonly TemporaryDirectory _directory = TemporaryDirectory.Create();
    private Process? _server;

    public async ValueTask DisposeAsync()
    {
        _server?.Kill();
        _server?.Dispose();
        _distance.JoinForAMoment();
        await _distance.DisposeAsync();
        _directory.Dispose();
    }

    /// <summary>What may have been carried out is not carried out again, also where the page says that it was not begun.</summary>
    [Theory]
    [InlineData("MoreThanWasSent")]
    [InlineData("LessThanBefore")]
    [InlineData("LessThanItsPlace")]
    public async Task Nothing_of_it_is_believed_and_no_call_is_made_again(string lie)
    {
        ConnectOptions connecting = new() { Name = Name, Context = _distance.Context };
        ServiceContract<ILabour> contract = ServiceContract.Of<ILabour>();
        CallerSocket socket = _distance.Near.OpenCaller(NodeServices.SpecOf(contract, Name, _distance.Context, connecting.Capacity), new ClientOptions(), active: 0, window: 0);
        var connection = new ServiceSocketConnection(Name, socket, connecting);
        ILabour labour = contract.CreateProxy(connection);
        Process server = _server = Start(lie);
        await socket.WaitForPeersAsync(1, Patience.Token).Within();

        string notes = Path.Combine(_directory.Path, "notes");
        Task<int>[] calls = [.. Enumerable.Range(0, Taken + 1).Select(number => labour.NoteAsync(notes, number))];
        Assert.Equal("taken", await server.StandardOutput.ReadLineAsync(Patience.Token));
        Assert.Equal((ulong)Taken, Consumed(socket));
        await server.StandardInput.WriteLineAsync("go on");
        await server.WaitForExitAsync(Patience.Token);

        foreach (Task<int> call in calls)
        {
            OutcomeUnknownException error = await Assert.ThrowsAsync<OutcomeUnknownException>(() => call.Within());
            Assert.Equal(CallProgress.Unknown, error.Progress);
        }

        // Whoever serves next carries out what is asked of it then, and nothing of before.
        await using ServiceHost host = _distance.Far.Serve<ILabour>(new Labour(), new ServeOptions { Name = Name, Context = _distance.Context });
        await labour.NoteAsync(notes, 9).Within();
        Assert.Equal("9 ", await File.ReadAllTextAsync(notes));
        await Background.Run(connection.Close).Within();
    }

    /// <summary>What the page says before it is written over: the caller knows of that.</summary>
    private static ulong Consumed(CallerSocket socket)
    {
        var outbox = (QueueOutbox<Frame>)socket.OutboxOrNull!;
        outbox.EnterGate();
        try
        {
            SendLink<Frame> link = Assert.Single(outbox.Active);
            link.Refresh();
            return link.Consumed;
        }
        finally
        {
            outbox.ExitGate();
        }
    }

    private Process Start(string lie)
    {
        ProcessStartInfo start = new(ChildProgram.Host()) { RedirectStandardInput = true, RedirectStandardOutput = true };
        foreach (string argument in (string[])[ChildProgram.Of("Viaduct.HostilePeer"), "callee", "1", $"{Taken}", _distance.Directories[0].Path, Name, lie])
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["DOTNET_DbgEnableMiniDump"] = "0";
        return Process.Start(start)!;
    }
}
