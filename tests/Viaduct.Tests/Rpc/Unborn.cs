namespace Viaduct.Tests.Rpc;

/// <summary>Is never made: its constructor does not come to an end.</summary>
public sealed class Unborn : Guest
{
    public Unborn()
    {
        Thread.Sleep(Timeout.Infinite);
    }
}
