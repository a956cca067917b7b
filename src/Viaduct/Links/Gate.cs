namespace Viaduct.Links;

/// <summary>
/// Guards a socket's links for the few nanoseconds of one operation; nobody sleeps while holding it. For a socket whose user
/// promised one thread at a time it costs that thread two plain stores: the rare others stop the world of this process instead.
/// </summary>
internal struct Gate(bool singleThreaded)
{
    private readonly bool _singleThreaded = singleThreaded;

    /// <summary>1 while the gate is held (in the single-threaded kind: by the user's thread).</summary>
    private int _held;

    /// <summary>1 while another thread than the user's holds or awaits a single-threaded gate.</summary>
    private int _foreign;

    /// <summary>Enters for an operation of the user.</summary>
    public void Enter()
    {
        if (_singleThreaded)
        {
            Volatile.Write(ref _held, 1);

            // The hardware may run this load before the store above is seen; EnterForeign's process-wide barrier rules that out.
            if (Volatile.Read(ref _foreign) != 0)
            {
                EnterAfterForeign();
            }

            return;
        }

        if (Interlocked.CompareExchange(ref _held, 1, 0) != 0)
        {
            Contend(ref _held);
        }
    }

    /// <summary>Leaves after <see cref="Enter"/>.</summary>
    public void Exit() => Volatile.Write(ref _held, 0);

    /// <summary>Enters from a thread that is not the user's: links that come and go, peers that ask, Dispose.</summary>
    public void EnterForeign()
    {
        if (!_singleThreaded)
        {
            Enter();
            return;
        }

        if (Interlocked.CompareExchange(ref _foreign, 1, 0) != 0)
        {
            Contend(ref _foreign);
        }

        // Pairs with the store and load in Enter: after it, either the user's thread sees _foreign or we see its _held.
        Interlocked.MemoryBarrierProcessWide();
        SpinWait spin = default;
        while (Volatile.Read(ref _held) != 0)
        {
            spin.SpinOnce();
        }
    }

    /// <summary>Leaves after <see cref="EnterForeign"/>.</summary>
    public void ExitForeign() => Volatile.Write(ref _singleThreaded ? ref _foreign : ref _held, 0);

    private void EnterAfterForeign()
    {
        SpinWait spin = default;
        do
        {
            Volatile.Write(ref _held, 0);
            while (Volatile.Read(ref _foreign) != 0)
            {
                spin.SpinOnce();
            }

            Volatile.Write(ref _held, 1);
        }
        while (Volatile.Read(ref _foreign) != 0);
    }

    private static void Contend(ref int word)
    {
        SpinWait spin = default;
        do
        {
            spin.SpinOnce();
        }
        while (Volatile.Read(ref word) != 0 || Interlocked.CompareExchange(ref word, 1, 0) != 0);
    }
}
