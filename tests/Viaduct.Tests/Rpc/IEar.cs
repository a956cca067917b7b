using Viaduct.Rpc;

namespace Viaduct.Tests.Rpc;

/// <summary>An object of a caller's that answers.</summary>
[Service]
public interface IEar
{
    int Hear(int number);

    Task<int> HearAsync(int number);
}
