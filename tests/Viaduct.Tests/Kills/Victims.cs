using Viaduct.Tests.Support;

namespace Viaduct.Tests.Kills;

/// <summary>Victims, started before they are needed, so that their starts overlap.</summary>
/// <param name="distance">Where their nodes join.</param>
/// <param name="count">So many will be needed: no more are started ahead.</param>
/// <param name="ahead">So many are started before the one that is needed has come.</param>
/// <param name="points">Where each kills itself, if it does.</param>
internal sealed class Victims(Distance distance, int count, int ahead = 2, IEnumerable<NamedPoint>? points = null) : IAsyncDisposable
{
    private readonly Queue<NamedPoint>? _points = points is null ? null : new Queue<NamedPoint>(points);
    private readonly Queue<Task<PeerProcess>> _spare = new();
    private readonly TemporaryDirectory _ledgers = new();
    private int _started;

    /// <summary>One whose node has joined.</summary>
    public async Task<Victim> Next()
    {
        while (_spare.Count == 0 || (_spare.Count <= ahead && _started < count))
        {
            _spare.Enqueue(PeerProcess.Start(distance.Child($"victim-{_started++}", _points is null ? "Viaduct.TestPeer" : "Viaduct.PointPeer")));
        }

        return new Victim(await _spare.Dequeue(), NewLedger(), _points?.Dequeue());
    }

    /// <summary>One that has only just been started.</summary>
    public Victim Newborn() => new(PeerProcess.Launch(distance.Child($"newborn-{_started++}")), NewLedger());

    public async ValueTask DisposeAsync()
    {
        foreach (Task<PeerProcess> spare in _spare)
        {
            await (await spare).DisposeAsync();
        }

        _ledgers.Dispose();
    }

    private string NewLedger()
    {
        Directory.CreateDirectory(_ledgers.Path);
        return Path.Combine(_ledgers.Path, $"{_started}-{_spare.Count}");
    }
}
