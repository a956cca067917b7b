using System.Runtime.InteropServices;
using Viaduct.Linux;
using Viaduct.Supervision.Linux;

namespace Viaduct.Supervision;

/// <summary>Answers the filter of a child that is being started: one process, one program, and nothing else (seccomp_unotify(2)).</summary>
internal sealed unsafe class ExecutionGuard
{
    private const uint ReceiveRequest = 0xC0502100;
    private const uint SendAnswer = 0xC0182101;
    private const int FlagContinue = 1;
    private const int EPERM = 1;

    private readonly int _news;
    private readonly Func<int, string?> _prepare;

    /// <summary>Whether the one process was allowed.</summary>
    private bool _hasProcess;

    internal ExecutionGuard(int news, Func<int, string?> prepare)
    {
        _news = news;
        _prepare = prepare;
    }

    /// <summary>Whether the child was prepared before its program.</summary>
    internal bool Prepared { get; private set; }

    /// <summary>Why it could not be prepared; null if it could.</summary>
    internal string? Failure { get; private set; }

    /// <summary>Answers until the news say that the start is over; before that they may name the descriptor of the filter.</summary>
    internal void Run(long done)
    {
        int listener = -1;
        try
        {
            SpawnLibrary.PollEntry* entries = stackalloc SpawnLibrary.PollEntry[2];
            while (true)
            {
                entries[0] = new SpawnLibrary.PollEntry { Descriptor = _news, Events = SpawnLibrary.POLLIN };
                entries[1] = new SpawnLibrary.PollEntry { Descriptor = listener, Events = SpawnLibrary.POLLIN };
                if (SpawnLibrary.Poll(entries, 2, -1) < 0)
                {
                    continue;
                }

                if ((entries[1].Returned & SpawnLibrary.POLLIN) != 0)
                {
                    Answer(listener);
                }
                else if (entries[0].Returned != 0)
                {
                    long value;
                    if (Libc.Read(_news, &value, sizeof(long)) != sizeof(long) || value == done)
                    {
                        return;
                    }

                    listener = (int)value;
                }
            }
        }
        finally
        {
            // From now on the calls that were asked about do not exist for the child, and whoever waits for an answer waits no more.
            if (listener >= 0)
            {
                _ = Libc.Close(listener);
            }
        }
    }

    private void Answer(int listener)
    {
        Request request = default;
        if (SpawnLibrary.DeviceControl(listener, ReceiveRequest, &request) != 0)
        {
            // Whoever asked is gone, or asks anew.
            return;
        }

        // First the process; in it the change of its group, and its program; then nothing any more.
        bool isProgram = CallNumbers.IsProgram(request.Number);
        bool allowed = CallNumbers.IsProcess(request.Number) ? !_hasProcess : _hasProcess && !Prepared;
        if (allowed && isProgram)
        {
            Failure = _prepare((int)request.ProcessId);
        }

        Reply reply = new() { Id = request.Id, Error = allowed ? 0 : -EPERM, Flags = allowed ? FlagContinue : 0 };
        if (SpawnLibrary.DeviceControl(listener, SendAnswer, &reply) == 0 && allowed)
        {
            _hasProcess = true;
            Prepared |= isProgram;
        }
    }

    /// <summary>The kernel's <c>struct seccomp_notif</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Request
    {
        internal ulong Id;
        internal uint ProcessId;
        internal uint Flags;
        internal int Number;
        internal uint Architecture;
        internal ulong InstructionPointer;
        internal fixed ulong Arguments[6];
    }

    /// <summary>The kernel's <c>struct seccomp_notif_resp</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Reply
    {
        internal ulong Id;
        internal long Value;
        internal int Error;
        internal int Flags;
    }
}
