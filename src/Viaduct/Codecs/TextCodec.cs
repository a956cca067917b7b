using System.Buffers;
using System.Text;

namespace Viaduct;

/// <summary>Text as strict UTF-8.</summary>
internal sealed class TextCodec : ICodec<string>
{
    private static readonly UTF8Encoding s_utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public string Schema => "text";

    public void Encode(in string message, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(message);
        s_utf8.GetBytes(message, output);
    }

    public string Decode(ReadOnlySpan<byte> message)
    {
        try
        {
            return s_utf8.GetString(message);
        }
        catch (DecoderFallbackException error)
        {
            throw new ProtocolViolationException($"A text message of {message.Length} bytes is not valid UTF-8.", error);
        }
    }
}
