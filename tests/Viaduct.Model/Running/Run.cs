using Viaduct.Linux;

namespace Viaduct.Model.Running;

/// <summary>
/// One execution of a process's code from its start, fed with what it learned so far. Code whose only inputs are the values that it reads
/// is a function of them, so a process can be taken up again at any point by executing it anew, and needs no thread.
/// </summary>
internal sealed unsafe class Run
{
    /// <summary>What a process may see that it must not: bytes of the others' pages that were read past the seam.</summary>
    private const byte Poison = 0xA5;

    [ThreadStatic]
    private static Run? t_current;

    [ThreadStatic]
    private static Run? t_starting;

    private readonly Layout _layout;
    private readonly Defect _defect;
    private readonly int _process;
    private readonly byte* _memory;
    private readonly Input[] _history;
    private readonly List<Step> _steps = [];
    private readonly List<Step> _held = [];
    private readonly List<(nint Address, uint Value)> _reread = [];
    private Course _course;

    /// <summary>What the last pause was told.</summary>
    private object? _root;
    private int _progress;
    private int _next;
    private int _gates;
    private int _allocated;
    private Need? _stop;
    private bool _isDefective;

    private Run(Layout layout, bool hasBarriers, Defect defect, int process, byte* memory, Input[] history)
    {
        HasBarriers = hasBarriers;
        _layout = layout;
        _defect = defect;
        _process = process;
        _memory = memory;
        _history = history;
    }

    /// <summary>The run whose accesses are steps now; null while it prepares, and outside of runs.</summary>
    public static Run? Current => t_current;

    /// <summary>The run of this thread, also while it prepares.</summary>
    public static Run? Starting => t_starting;

    /// <summary>The place that a process reaches after what it learned.</summary>
    /// <param name="scenario">Whose code to run.</param>
    /// <param name="defect">What to do wrong.</param>
    /// <param name="process">Which process.</param>
    /// <param name="memory">Room for the process's view of all memory.</param>
    /// <param name="previous">The place before; null for the start.</param>
    /// <param name="input">What it learned there.</param>
    /// <param name="id">The new place's number.</param>
    public static Point Execute(Scenario scenario, Defect defect, int process, byte* memory, Point? previous, Input input, int id)
    {
        Input[] history = new Input[previous is null ? 0 : previous.Depth + 1];
        if (previous is not null)
        {
            history[^1] = input;
            for (Point point = previous; point.Previous is not null; point = point.Previous)
            {
                history[point.Depth - 1] = point.Input;
            }
        }

        Layout layout = scenario.Layout;
        for (int word = 0; word < layout.Words; word++)
        {
            int owner = layout.Owner(word);
            ((ulong*)memory)[word] = owner == process || owner == Layout.Everybody ? 0 : 0x0101010101010101UL * Poison;
        }

        Run run = new(layout, scenario.HasBarriers, defect, process, memory, history);
        string failure = "";
        t_starting = run;
        try
        {
            run._course = scenario.Start(process, memory);
            t_current = run;
            run._course.Main();
        }
        catch (SuspendedException)
        {
        }
        catch (Exception error)
        {
            failure = error is ModelFailureException ? error.Message : error.ToString();
        }
        finally
        {
            t_current = null;
            t_starting = null;
        }

        // What an exception did on its way out of a run that stopped is no part of the run.
        Need need = run._stop ?? new Need { Kind = failure.Length == 0 ? NeedKind.Done : NeedKind.Failed, Failure = failure };
        return new Point { Previous = previous, Input = input, Depth = history.Length, Id = id, Steps = [.. run._steps], Need = need, IsDefective = run._isDefective };
    }

    /// <inheritdoc cref="Scenario.HasBarriers"/>
    public bool HasBarriers { get; }

    /// <summary>Whether an address lies in the model's memory.</summary>
    public bool Holds(byte* address) => address >= _memory && address < _memory + (_layout.Words * sizeof(ulong));

    /// <summary>Room for private memory of a process whose threads the model's processes are; null where they are none.</summary>
    public byte* Allocate(int length)
    {
        if (_layout.Private < 0)
        {
            return null;
        }

        byte* place = _memory + (_layout.Private * sizeof(ulong)) + _allocated;
        _allocated += length;
        return place;
    }

    /// <summary>The model has found a fault, whatever becomes of the exception that says so: the first one counts.</summary>
    public void Note(string failure) => _stop ??= new Need { Kind = NeedKind.Failed, Failure = failure };

    /// <summary>The gate is held, so that news of a death waits.</summary>
    public void Enter() => _gates++;

    /// <summary>The gate is free.</summary>
    public void Exit() => _gates--;

    /// <summary>Reads; null for memory that is not the model's.</summary>
    public ulong? Load(byte* address, int size, Site site)
    {
        if (!Holds(address))
        {
            return null;
        }

        ulong mask = Place(address, size, out int word, out int shift);
        if (_defect.Hides(site))
        {
            _isDefective = true;
            return 0;
        }

        ulong value = Learn(new Need { Kind = NeedKind.Read, Word = word, Site = site }).Value;
        if (_defect.RereadsAfterAnnouncing && site.Is("LinkEnd.Word"))
        {
            _reread.Add(((nint)address, 0));
        }

        return (value & mask) >> shift;
    }

    /// <summary>Writes; the memory as the process itself sees it was written already.</summary>
    public void Store(byte* address, int size, ulong value, bool isRelease, Site site)
    {
        if (Holds(address))
        {
            ulong mask = Place(address, size, out int word, out int shift);
            if (_layout.Owner(word) != _process && _layout.Owner(word) != Layout.Everybody)
            {
                throw new ModelFailureException($"{site} writes {_layout.Describe(word)}, which is another process's");
            }

            Emit(new Step(StepKind.Store, word, mask, value << shift, isRelease, site));
        }
    }

    /// <summary>Adds as one step.</summary>
    public void Add(byte* address, int change, Site site)
    {
        if (Holds(address))
        {
            ulong mask = Place(address, sizeof(uint), out int word, out int shift);
            Emit(new Step(StepKind.Add, word, mask, (ulong)(uint)change << shift, IsRelease: true, site));
        }
    }

    /// <summary>Orders.</summary>
    public void Fence(StepKind kind, Site site)
    {
        Emit(new Step(kind, 0, 0, 0, IsRelease: false, site));
        if (kind == StepKind.Fence && site.Is("Mailbox.Announce"))
        {
            for (int i = 0; i < _reread.Count; i++)
            {
                _isDefective = true;
                _reread[i] = (_reread[i].Address, (uint)(Load((byte*)_reread[i].Address, sizeof(uint), site) ?? 0));
            }
        }
    }

    /// <summary>Spins until a word is zero; takes it then, if asked to.</summary>
    public void Await(byte* address, bool takes, Site site)
    {
        _ = Place(address, sizeof(ulong), out int word, out _);
        Learn(new Need { Kind = takes ? NeedKind.Lock : NeedKind.Zero, Word = word, Site = site });
        if (takes)
        {
            *(ulong*)address = 1;
        }
    }

    /// <summary>Wakes who sleeps on a word.</summary>
    public void Wake(byte* address, Site site)
    {
        if (Holds(address))
        {
            ulong mask = Place(address, sizeof(uint), out int word, out _);
            Emit(new Step(StepKind.Wake, word, mask, 0, IsRelease: false, site));
        }
    }

    /// <summary>Sleeps.</summary>
    public void Wait(ReadOnlySpan<FutexWord> words)
    {
        List<SleepWord> sleep = [];
        bool isChanged = false;
        foreach (FutexWord word in words)
        {
            byte* address = (byte*)word.Address;
            if (!Holds(address))
            {
                isChanged |= Volatile.Read(ref *word.Address) != word.Expected;
                continue;
            }

            uint expected = word.Expected;
            foreach ((nint reread, uint value) in _reread)
            {
                expected = reread == (nint)address ? value : expected;
            }

            ulong mask = Place(address, sizeof(uint), out int place, out int shift);
            sleep.Add(new SleepWord(place, mask, (ulong)expected << shift));
        }

        _reread.Clear();
        if (isChanged)
        {
            return;
        }

        Learn(new Need { Kind = NeedKind.Wait, Words = [.. sleep] });

        // Whoever slept begins anew: nothing that it had in local variables is used again.
        if (_root is not null)
        {
            Pause(_progress, _root);
        }
    }

    /// <summary>Rests until the others ended (false) or the news of a death came (true).</summary>
    public static bool Rest() => (Current ?? throw new InvalidOperationException("Only in an exploration.")).Learn(new Need { Kind = NeedKind.Rest }).Value != 0;

    /// <summary>
    /// Between two operations: what a process learned so far is in its objects and in its own pages or nowhere, so histories that left
    /// the same there are one from here on.
    /// </summary>
    /// <param name="progress">What the caller has in local variables.</param>
    /// <param name="root">The object that leads to all others that it uses.</param>
    public static void Pause(int progress, object root)
    {
        Run run = Current ?? throw new InvalidOperationException("Only in an exploration.");
        run._root = root;
        run._progress = progress;
        if (run._stop is null && run._next < run._history.Length)
        {
            run.Learn(new Need { Kind = NeedKind.Pause });
            return;
        }

        using Fingerprint fingerprint = new(run._memory, run._layout.Words * sizeof(ulong));
        fingerprint.Add(progress);
        fingerprint.Add(run._gates);
        for (int word = 0; word < run._layout.Words; word++)
        {
            if (run._layout.Owner(word) == run._process)
            {
                fingerprint.Add(((ulong*)run._memory)[word]);
            }
        }

        fingerprint.AddObject(root);
        run.Learn(new Need { Kind = NeedKind.Pause, Key = fingerprint.ToString() });
    }

    private ulong Place(byte* address, int size, out int word, out int shift)
    {
        long offset = address - _memory;
        word = (int)(offset / sizeof(ulong));
        shift = (int)(offset % sizeof(ulong)) * 8;
        return (size == sizeof(ulong) ? ulong.MaxValue : uint.MaxValue) << shift;
    }

    private void Emit(in Step step)
    {
        if (_stop is not null)
        {
            throw new SuspendedException();
        }

        if (_defect.Drops(_layout, step))
        {
            _isDefective = true;
            return;
        }

        if (_defect.Postpones(_layout, step))
        {
            _isDefective = true;
            _held.Add(step);
            return;
        }

        bool isDemoted = _defect.Demotes(_layout, step);
        _isDefective |= isDemoted;
        _steps.Add(isDemoted ? step with { IsRelease = false } : step);
        if (_held.Count > 0 && _defect.PostponesUntil(_layout, step))
        {
            _steps.AddRange(_held);
            _held.Clear();
        }
    }

    private Input Learn(Need need)
    {
        while (true)
        {
            if (_stop is null && _next == _history.Length)
            {
                need.TakesNews = _gates == 0 && _course.OnLoss is not null;
                need.TakesMark = _gates == 0 && _course.OnMark is not null;
                _stop = need;
            }

            if (_stop is not null)
            {
                throw new SuspendedException();
            }

            Input input = _history[_next++];
            _steps.Clear();
            if (input.Kind is not (InputKind.Loss or InputKind.Mark))
            {
                return input;
            }

            (input.Kind == InputKind.Loss ? _course.OnLoss : _course.OnMark)!();

            // The news ends a sleep: it changes the private word that every sleeper watches.
            if (need.Kind == NeedKind.Wait)
            {
                return input;
            }
        }
    }
}
