using System.Buffers;
using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Unicode;
using Viaduct.Cli.Pipes;

namespace Viaduct.Cli.Verbs;

/// <summary>Collects received messages in the format asked for, writes them together, and only then gives their leases back.</summary>
internal sealed class MessageWriting : IDisposable
{
    private readonly MessageFormat _format;
    private readonly StandardOutput _output = new();
    private readonly List<Lease<ReadOnlyMemory<byte>>> _leases = [];
    private readonly Utf8JsonWriter? _json;

    /// <summary>Makes a writer to standard output.</summary>
    /// <param name="format">How a message is written.</param>
    public MessageWriting(MessageFormat format)
    {
        _format = format;
        _json = format == MessageFormat.Json ? new Utf8JsonWriter(_output.Writer) : null;
    }

    /// <summary>Messages collected and not yet written.</summary>
    public int Held => _leases.Count;

    /// <summary>Bytes collected and not yet written.</summary>
    public int Waiting => _output.Waiting;

    /// <summary>Appends a message.</summary>
    /// <param name="lease">The message; disposed by <see cref="WriteAndConsume"/>.</param>
    public void Add(Lease<ReadOnlyMemory<byte>> lease)
    {
        _leases.Add(lease);
        ReadOnlySpan<byte> message = lease.Value.Span;
        switch (_format)
        {
            case MessageFormat.Frames:
                BinaryPrimitives.WriteInt32LittleEndian(_output.Writer.GetSpan(sizeof(int)), message.Length);
                _output.Writer.Advance(sizeof(int));
                _output.Writer.Write(message);
                break;
            case MessageFormat.Text:
                _output.Writer.Write(message);
                _output.Writer.Write("\n"u8);
                break;
            case MessageFormat.Json:
                AddJson(lease, message);
                break;
            default:
                _output.Writer.Write(message);
                break;
        }
    }

    /// <summary>Writes what was collected and gives the leases back.</summary>
    /// <returns>The number of messages written.</returns>
    public int WriteAndConsume()
    {
        _output.Flush();
        foreach (Lease<ReadOnlyMemory<byte>> lease in _leases)
        {
            lease.Dispose();
        }

        int count = _leases.Count;
        _leases.Clear();
        return count;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _json?.Dispose();
        _output.Dispose();
    }

    private void AddJson(Lease<ReadOnlyMemory<byte>> lease, ReadOnlySpan<byte> message)
    {
        _json!.Reset();
        _json.WriteStartObject();
        _json.WriteNumber("sequence"u8, lease.Sequence);
        _json.WriteNumber("attempt"u8, lease.Attempt);
        _json.WriteNumber("bytes"u8, message.Length);
        if (Utf8.IsValid(message))
        {
            _json.WriteString("text"u8, message);
        }
        else
        {
            _json.WriteBase64String("base64"u8, message);
        }

        _json.WriteEndObject();
        _json.Flush();
        _output.Writer.Write("\n"u8);
    }
}
