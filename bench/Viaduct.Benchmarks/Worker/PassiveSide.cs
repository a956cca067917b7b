namespace Viaduct.Benchmarks.Worker;

/// <summary>Side B where threads of a service answer, or nobody has to: it begins to serve, and rests.</summary>
internal sealed class PassiveSide : Side
{
    private readonly Action? _serve;
    private readonly Action? _rest;

    /// <param name="serve">Called when side A is about to begin; may be called again while it serves.</param>
    /// <param name="rest">Called when others have their turn, and at the end.</param>
    public PassiveSide(Action? serve = null, Action? rest = null)
        : base(Role.B)
    {
        _serve = serve;
        _rest = rest;
    }

    public override void Dispose() => _rest?.Invoke();

    protected override void Echo(long count) => Turn(count);

    protected override void Drain(long count) => Turn(count);

    protected override void Ping(long count, int batch, bool pausing) => throw new NotSupportedException();

    protected override void Stream(long count) => throw new NotSupportedException();

    private void Turn(long count)
    {
        if (count == 0)
        {
            _rest?.Invoke();
        }
        else
        {
            _serve?.Invoke();
        }
    }
}
