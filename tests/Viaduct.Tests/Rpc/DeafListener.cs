namespace Viaduct.Tests.Rpc;

/// <summary>Does nothing with what it is told.</summary>
internal sealed class DeafListener : IListener
{
    public int Heard(int number) => number;

    public void Told(int number)
    {
    }
}
