using System.Buffers;
using System.Runtime.InteropServices;

namespace Viaduct.Cli.Pipes;

/// <summary>
/// Collects bytes and writes them to standard output in as few system calls as possible. What <see cref="Flush"/> has returned from is in
/// the kernel's hands. Not thread-safe.
/// </summary>
/// <remarks>
/// On Unix it calls write(2) itself: the stream of <see cref="Console"/> swallows a broken pipe, and messages with it, and a
/// <see cref="FileStream"/> writes a redirected file with an offset of its own, over what the next command of the shell writes.
/// </remarks>
internal sealed class StandardOutput : IDisposable
{
    private const int Interrupted = 4;
    private const int TryAgain = 11;
    private const int BrokenPipe = 32;

    private readonly Stream? _elsewhere = OperatingSystem.IsWindows() ? Console.OpenStandardOutput() : null;
    private readonly ArrayBufferWriter<byte> _buffer = new(128 * 1024);

    /// <summary>Bytes collected and not yet written.</summary>
    public int Waiting => _buffer.WrittenCount;

    /// <summary>Where to append.</summary>
    public IBufferWriter<byte> Writer => _buffer;

    /// <summary>Writes everything collected.</summary>
    /// <exception cref="BrokenPipeException">Nobody reads any more.</exception>
    /// <exception cref="IOException">Writing failed for another reason, such as a full disk.</exception>
    public void Flush()
    {
        if (_elsewhere is { } stream)
        {
            stream.Write(_buffer.WrittenSpan);
        }
        else
        {
            WriteAll(_buffer.WrittenSpan);
        }

        _buffer.ResetWrittenCount();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _elsewhere?.Dispose();
    }

    private static void WriteAll(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            nint written = Write(1, in MemoryMarshal.GetReference(bytes), bytes.Length);
            if (written >= 0)
            {
                bytes = bytes[(int)written..];
                continue;
            }

            switch (Marshal.GetLastPInvokeError())
            {
                case Interrupted:
                    break;
                case TryAgain:
                    // Somebody made the terminal or pipe that we share with them non-blocking.
                    Thread.Sleep(1);
                    break;
                case BrokenPipe:
                    throw new BrokenPipeException();
                case int error:
                    throw new IOException("cannot write to standard output: " + Marshal.GetPInvokeErrorMessage(error));
            }
        }
    }

    [DllImport("libc", EntryPoint = "write", SetLastError = true)]
    private static extern nint Write(int descriptor, in byte buffer, nint count);
}
