using System.Runtime.InteropServices;
using System.Text;
using Viaduct.Rpc;
using Viaduct.Supervision;
using Viaduct.Tests.Support;

namespace Viaduct.Tests.Isolating;

/// <summary>Calls of a class that is marked <see cref="IsolatedAttribute"/>: written as ever, and carried out by another process.</summary>
public sealed class IsolatedClassTests : IAsyncDisposable
{
    private readonly IsolatedClass _class = IsolatedClass.Of(typeof(Native));
    private readonly IsolateOptions _options = IsolatedClass.Of(typeof(Native)).Options;

    /// <summary>The class is everybody's: whatever a test ends with, the next one finds it as it was.</summary>
    public async ValueTask DisposeAsync()
    {
        await _class.StopAsync().AsTask().Within();
        (_class.Options, _class.WarmUp, _class.InProcess) = (_options, null, false);
    }

    [Fact]
    public async Task A_call_is_carried_out_by_another_process()
    {
        int process = await Background.Run(static () => Native.ProcessId()).Within();

        Assert.NotEqual(Environment.ProcessId, process);
        Assert.Contains(_class.Workers, worker => worker.ProcessId == process);
        Assert.Equal("Viaduct.Tests.Isolating.Native", _class.Name);
    }

    [Fact]
    public async Task An_imported_method_fills_the_memory_of_its_caller() => await Background.Run(static () =>
    {
        Span<byte> buffer = stackalloc byte[64];
        int length = Native.Print(buffer, (nuint)buffer.Length, "The answer is %d", 42);
        Assert.Equal("The answer is 42", Encoding.ASCII.GetString(buffer[..length]));
        Assert.Equal(16, Native.LengthOf("The answer is 42"));
    }).Within();

    [Fact]
    public async Task The_last_error_of_the_system_comes_back() => await Background.Run(static () =>
    {
        const int BadDescriptor = 9;
        Marshal.SetLastPInvokeError(0);
        Assert.Equal(-1, Native.Close(-1));
        Assert.Equal(BadDescriptor, Marshal.GetLastPInvokeError());
    }).Within();

    [Fact]
    public async Task A_crash_ends_the_call_and_nothing_else()
    {
        int first = await Background.Run(static () => Native.ProcessId()).Within();

        await Assert.ThrowsAsync<OutcomeUnknownException>(() => Background.Run(static () => Native.Crash()).Within());

        Assert.NotEqual(first, await Background.Run(static () => Native.ProcessId()).Within());
    }

    [Fact]
    public async Task A_method_that_may_be_repeated_is()
    {
        using TemporaryDirectory directory = TemporaryDirectory.Create();
        string file = Path.Combine(directory.Path, "crashed");
        var exited = new TaskCompletionSource<ExitReason>();
        void OnExited(int process, ExitReason reason) => exited.TrySetResult(reason);
        _class.WorkerExited += OnExited;

        Assert.Equal(7, await Background.Run(() => Native.CrashOnce(file)).Within());

        Assert.Equal(ExitKind.Signaled, (await exited.Task.Within()).Kind);
        _class.WorkerExited -= OnExited;
    }

    [Fact]
    public async Task A_member_that_is_to_stay_stays_and_what_it_calls_does_not() => await Background.Run(static () =>
    {
        Assert.Equal(Environment.ProcessId, Native.Here());
        (int here, int there) = Native.Both();
        Assert.Equal(Environment.ProcessId, here);
        Assert.NotEqual(here, there);
        Native.Greeting = "changed";
        Assert.Equal("here", Native.GreetingThere());
    }).Within();

    [Fact]
    public async Task What_a_carried_method_calls_is_carried_out_beside_it() => await Background.Run(static () =>
    {
        (int caller, int called) = Native.Nested();
        Assert.Equal(caller, called);
        Assert.NotEqual(Environment.ProcessId, caller);
    }).Within();

    [Fact]
    public async Task Arguments_of_every_form_arrive_and_come_back() => await Background.Run(static () =>
    {
        Assert.Equal("one 3", Native.Add(3));
        Assert.Equal("text 3", Native.Add("3"));
        Assert.Equal("two 3 4", Native.Add(b: 4, a: 3));
        Assert.Equal(6, Native.Sum(1, 2, 3));
        Assert.Equal("abab", "ab".Twice());
        Assert.Equal("abab", Native.Twice("ab"));
        int[] numbers = [3, 1, 2], kept = [1, 2];
        Assert.Equal(3, Native.Sort(numbers, kept));
        Assert.Equal([1, 2, 3], numbers);
        Assert.Equal([1, 2], kept);
        Assert.Equal(-1, Native.Sort(null, null));
        nuint rest = 4;
        Native.Split(-100, out nint half, ref rest, 1);
        Assert.Equal((-50, unchecked((nuint)(-103))), (half, rest));
    }).Within();

    [Fact]
    public async Task A_method_that_is_awaited_takes_streams_and_tokens()
    {
        static async IAsyncEnumerable<int> Numbers()
        {
            yield return 1;
            await Task.Yield();
            yield return 2;
        }

        Assert.Equal(3, await Native.SumAsync(Numbers(), Patience.Token).Within());
    }

    [Fact]
    public async Task What_is_thrown_there_is_thrown_here_in_words()
    {
        RemoteException error = await Assert.ThrowsAsync<RemoteException>(() => Background.Run(static () => Native.Fail()).Within());

        Assert.Contains("what for", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Static_fields_are_those_of_the_process_and_lost_with_it()
    {
        Assert.Equal(1, await Background.Run(static () => Native.Count()).Within());
        Assert.Equal(2, await Background.Run(static () => Native.Count()).Within());
        long started = _class.Started;
        await _class.StopAsync().AsTask().Within();
        Assert.Empty(_class.Workers);
        Assert.Equal(1, await Background.Run(static () => Native.Count()).Within());
        Assert.True(_class.Started > started);
    }

    [Fact]
    public async Task Options_are_set_before_the_first_call()
    {
        IsolateOptions before = _class.Options;
        Assert.Equal(TimeSpan.FromMinutes(1), before.Timeout);
        Assert.Equal(2, before.Retry.MaxAttempts);
        var output = new Recorder<OutputLine>();
        _class.Options = new IsolateOptions { Standbys = 0, OutputReceived = output.Add };
        await Background.Run(static () => Native.ProcessId()).Within();

        Assert.Throws<InvalidOperationException>(() => _class.Options = before);
        Assert.Single(_class.Workers);
    }

    /// <summary>Its methods would wait for each other on the one thread there.</summary>
    [Fact]
    public void A_class_is_not_left_in_this_process_by_its_options()
    {
        IsolateOptions before = _class.Options;
        ArgumentException error = Assert.Throws<ArgumentException>(() => _class.Options = new IsolateOptions { InProcess = true });
        Assert.Contains("IsolatedClass.InProcess", error.Message, StringComparison.Ordinal);
        Assert.Same(before, _class.Options);
    }

    [Fact]
    public async Task A_warm_up_calls_each_new_process_alone()
    {
        var warmed = new Recorder<int>();
        _class.Options = new IsolateOptions { Grace = Patience.Limit };
        _class.WarmUp = async () =>
        {
            warmed.Add(Native.ProcessId());
            await Task.Yield();
            warmed.Add(Native.ProcessId());
        };
        await Background.Run(static () => Native.ProcessId()).Within();
        await Waiting.Until(() => _class.Workers.Count(worker => worker.IsReady) == 2);

        Assert.Equal(_class.Workers.SelectMany(worker => new[] { worker.ProcessId, worker.ProcessId }).Order(), warmed.Items.Order());
        Assert.Throws<InvalidOperationException>(() => _class.WarmUp = null);

        await _class.StopAsync().AsTask().Within();
        Assert.True(_class.LastExit!.Reason.IsNormal);
    }

    [Fact]
    public async Task A_class_can_be_confined()
    {
        IsolatedClass confined = IsolatedClass.Of(typeof(Reader));
        Assert.False(await Background.Run(static () => Reader.CanRead("/etc/passwd")).Within());
        confined.InProcess = true;
        Assert.True(Reader.CanRead("/etc/passwd"));
        confined.InProcess = false;
        await confined.StopAsync().AsTask().Within();
    }

    [Fact]
    public void Calls_are_carried_out_here_where_that_is_wanted()
    {
        _class.InProcess = true;
        Assert.Equal(Environment.ProcessId, Native.ProcessId());
    }

    [Fact]
    public void A_class_that_is_not_marked_is_not_known()
    {
        InvalidOperationException error = Assert.Throws<InvalidOperationException>(() => IsolatedClass.Of(typeof(string)));

        Assert.Contains("[Isolated]", error.Message, StringComparison.Ordinal);
    }
}
