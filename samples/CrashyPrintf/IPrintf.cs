using Viaduct;
using Viaduct.Rpc;

namespace CrashyPrintf;

/// <summary>What the C library's <c>snprintf</c> does for one number. To format twice does no harm.</summary>
[Service]
public interface IPrintf
{
    [Idempotent]
    int Format(Span<byte> buffer, string format, int value);

    [Idempotent]
    int FormatBlob(Blob buffer, string format, int value);
}
