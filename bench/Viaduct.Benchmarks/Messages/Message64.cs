using System.Runtime.InteropServices;

namespace Viaduct.Benchmarks.Messages;

/// <summary>Sixty-four bytes: a cache line.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct Message64 : IMessage<Message64>
{
    private long _word0;
    private long _word1;
    private long _word2;
    private long _word3;
    private long _word4;
    private long _word5;
    private long _word6;
    private long _word7;

    public static Message64 Create(long sequence) => new()
    {
        _word0 = sequence,
        _word1 = sequence,
        _word2 = sequence,
        _word3 = sequence,
        _word4 = sequence,
        _word5 = sequence,
        _word6 = sequence,
        _word7 = sequence,
    };

    // The first and the last word: a message that does not start on a line's boundary lies in two lines.
    public static long Read(in Message64 message) => message._word0 ^ message._word7;
}
