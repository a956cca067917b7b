using Viaduct.Rings;

namespace Viaduct.Links;

/// <summary>Takes messages from a ring of records: of another process, or filled by the reading half of a stream.</summary>
internal sealed unsafe class RecordReceiveLink<T>(
    RecordReader reader, MessageFormat<T> format, PeerIdentity peer, object memory, ReceiverPage* page, int window, ulong start, bool rendezvous, bool overtakable)
    : ReceiveLink<T>(peer, memory, page, window, start, rendezvous)
{
    private const int MostLaps = 8;

    /// <inheritdoc/>
    public override ulong Position => reader.Position;

    /// <summary>The cursor.</summary>
    public RecordReader Reader => reader;

    /// <inheritdoc/>
    public override bool TryTake(bool lease, out Received<T> received)
    {
        received = default;

        // Bounded: a publisher that laps us again and again, or lies about it, must not keep this thread under the gate.
        for (int laps = 0; laps < MostLaps; laps++)
        {
            switch (reader.TryRead(format.WantsMemory && lease))
            {
                case ReadStatus.Empty:
                    return false;

                case ReadStatus.Overtaken:
                    NoteMissed(reader.CatchUp(), reader.Position);
                    continue;

                case ReadStatus.Complete:
                    End();
                    return false;
            }

            received.Sequence = reader.Sequence;
            received.Attempt = reader.Attempt;
            received.Position = reader.Position;
            received.Length = reader.Length;
            received.Link = this;
            try
            {
                // A message that may be overwritten is copied even where it is leased.
                received.Value = format.Read(reader, lease && !overtakable);
            }
            catch when (overtakable && reader.WasOvertaken())
            {
                NoteMissed(reader.CatchUp(), reader.Position);
                continue;
            }
            catch
            {
                // What can't be decoded is not offered again: the exception is its report.
                reader.Advance();
                NoteTaken();
                Release(received.Position);
                throw;
            }

            if (overtakable && reader.WasOvertaken())
            {
                NoteMissed(reader.CatchUp(), reader.Position);
                continue;
            }

            reader.Advance();
            NoteTaken();
            if (!lease)
            {
                Release(received.Position);
            }

            return true;
        }

        received = default;
        return false;
    }

    /// <inheritdoc/>
    public override bool HasNext()
    {
        switch (reader.TryRead())
        {
            case ReadStatus.Empty:
                return false;

            case ReadStatus.Complete:
                End();
                return false;

            default:
                return true;
        }
    }

    /// <inheritdoc/>
    protected override bool TryDiscard()
    {
        if (reader.TryRead() != ReadStatus.Message)
        {
            return false;
        }

        reader.Advance();
        return true;
    }

    private void End()
    {
        Completed = true;
        reader.Advance();
        Release(reader.Position - 1);
    }
}
