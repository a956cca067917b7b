namespace Viaduct.Wire;

/// <summary>Finds whole frames at the front of received bytes.</summary>
internal static class FrameSplitter
{
    /// <summary>
    /// Finds the next frame that this version knows. Unknown optional frames before it are skipped, so <paramref name="consumed"/>
    /// must be taken off the buffer whatever the result.
    /// </summary>
    /// <param name="buffer">Received bytes, from the first that is not consumed.</param>
    /// <param name="type">The frame's type.</param>
    /// <param name="body">The frame's body, within <paramref name="buffer"/>.</param>
    /// <param name="consumed">The bytes that need not be shown again.</param>
    /// <returns>False if no frame is whole yet; at most <see cref="WireLimits.MaxWholeFrame"/> bytes make one.</returns>
    /// <exception cref="ProtocolViolationException">A length is not canonical or above <see cref="WireLimits.MaxFrame"/>, or a type
    /// below 0x80 is unknown. Thrown as soon as the bytes that show it are there.</exception>
    internal static bool TryRead(ReadOnlySpan<byte> buffer, out FrameType type, out ReadOnlySpan<byte> body, out int consumed)
    {
        type = default;
        body = default;
        consumed = 0;
        while (true)
        {
            ReadOnlySpan<byte> rest = buffer[consumed..];
            if (!TryReadLength(rest, out int length, out int prefix) || rest.Length == prefix)
            {
                return false;
            }

            FrameType found = (FrameType)rest[prefix];
            bool known = found.IsKnown();
            if (!known && !found.IsOptional())
            {
                throw new ProtocolViolationException(
                    $"The frame type {(byte)found} is not known, and only types from {FrameTypes.FirstOptional} may be skipped.");
            }

            int whole = prefix + 1 + length;
            if (rest.Length < whole)
            {
                return false;
            }

            consumed += whole;
            if (known)
            {
                type = found;
                body = rest[(prefix + 1)..whole];
                return true;
            }
        }
    }

    /// <summary>Reads a length prefix; false if it is not whole yet.</summary>
    private static bool TryReadLength(ReadOnlySpan<byte> source, out int length, out int prefix)
    {
        // A canonical prefix of more bytes is above the limit whatever follows, so no fourth byte is waited for.
        ReadOnlySpan<byte> seen = source[..Math.Min(source.Length, WireLimits.MaxLengthPrefix)];
        VarintStatus status = Varint.TryRead(seen, out ulong value, out prefix);
        length = 0;
        if (status == VarintStatus.NeedMore && seen.Length < WireLimits.MaxLengthPrefix)
        {
            return false;
        }

        if (status == VarintStatus.Malformed)
        {
            throw new ProtocolViolationException("The length of a frame is no canonical varint.");
        }

        if (status == VarintStatus.NeedMore || value > WireLimits.MaxFrame)
        {
            throw new ProtocolViolationException($"The length of a frame is above the limit of {WireLimits.MaxFrame} bytes.");
        }

        length = (int)value;
        return true;
    }
}
