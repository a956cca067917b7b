using System.Globalization;
using Viaduct.Rpc;
using Viaduct.Supervision;
using Viaduct.Tests.Supervision;
using Viaduct.Tests.Support;

namespace Viaduct.Tests.Rpc;

/// <summary>A program that serves until it is told to end (<see cref="ServiceHost.RunAsync"/>), under a call that does not end by itself.</summary>
public sealed class ToldToEndTests : IAsyncLifetime
{
    private const int SIGINT = 2;
    private const int SIGTERM = 15;

    private readonly TemporaryDirectory _directory = new();
    private readonly CancellationTokenSource _enough = new();
    private ChildProcess _program = null!;
    private Node _node = null!;
    private ServiceClient<ITrial> _client = null!;
    private Task _call = null!;

    public async ValueTask InitializeAsync()
    {
        ChildProcessOptions options = Peers.Own("trials", "1");
        options.Environment["VIADUCT_RUNTIME_DIR"] = _directory.Path;
        _program = ChildProcess.Start(options);
        _node = Node.Join(new NodeOptions { RuntimeDirectory = _directory.Path });
        _client = _node.Connect<ITrial>(new ConnectOptions { Name = "trial-0" });
        _call = _client.Service.WaitAsync(_enough.Token);
        await Waiting.Until(() => _client.Service.Begun() == 1);
    }

    public async ValueTask DisposeAsync()
    {
        await _client.DisposeAsync().AsTask().Within();
        await _node.DisposeAsync().AsTask().Within();
        await _program.DisposeAsync().AsTask().Within();
        _enough.Dispose();
        _directory.Dispose();
    }

    [Theory]
    [InlineData(SIGTERM)]
    [InlineData(SIGINT)]
    public async Task Told_once_more_by_the_same_signal_it_waits_for_no_call(int signal)
    {
        await Tell(signal);
        await Task.WhenAny(_program.Exited, _call).StaysPending();
        _program.Signal(signal);
        ExitReason exit = await _program.Exited.Within();
        Assert.True(exit.IsNormal, $"{exit}");
        Assert.NotNull(await _call.Outcome());
    }

    /// <summary>A supervisor's and a terminal's may come together, and mean the same.</summary>
    [Fact]
    public async Task Another_signal_breaks_off_nothing()
    {
        await Tell(SIGTERM);
        await Tell(SIGINT);
        await Task.WhenAny(_program.Exited, _call).StaysPending();
        await _enough.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _call.Within());
        ExitReason exit = await _program.Exited.Within();
        Assert.True(exit.IsNormal, $"{exit}");
    }

    /// <summary>Waits until it was heard: the kernel tells which signals a process has yet to take. One that comes again before that is the same one.</summary>
    private async Task Tell(int signal)
    {
        _program.Signal(signal);
        await Waiting.Until(() => !IsPending(signal));
        await Task.Delay(Patience.Moment);
    }

    private bool IsPending(int signal)
    {
        string line = File.ReadLines($"/proc/{_program.Id}/status").Single(static line => line.StartsWith("ShdPnd:", StringComparison.Ordinal));
        return (ulong.Parse(line.AsSpan("ShdPnd:".Length).Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture) & (1UL << (signal - 1))) != 0;
    }
}
