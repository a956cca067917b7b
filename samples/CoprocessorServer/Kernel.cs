using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace CoprocessorServer;

/// <summary>What the device computes: steps of the logistic map, x → r·x·(1 − x), on every sample. The same bits with and without vectors.</summary>
internal static class Kernel
{
    /// <summary>The bytes of a job.</summary>
    public const int Bytes = 32 * 1024;

    private const int Steps = 128;
    private const float R = 3.7f;

    /// <summary>A job's samples; each job of each client has others.</summary>
    public static void Fill(Span<byte> bytes, int client, int job)
    {
        Span<float> samples = MemoryMarshal.Cast<byte, float>(bytes);
        for (int i = 0; i < samples.Length; i++)
        {
            samples[i] = (((i * 31) + (job * 17) + (client * 7)) % 1000) / 1000f;
        }
    }

    /// <summary>All samples, with the widest vectors that this processor has.</summary>
    public static void Transform(Span<byte> bytes)
    {
        Span<float> samples = MemoryMarshal.Cast<byte, float>(bytes);
        int done = 0;
        if (Vector512.IsHardwareAccelerated)
        {
            foreach (ref Vector512<float> vector in MemoryMarshal.Cast<float, Vector512<float>>(samples))
            {
                Vector512<float> x = vector;
                for (int step = 0; step < Steps; step++)
                {
                    Vector512<float> rx = x * R;
                    x = Vector512.FusedMultiplyAdd(-rx, x, rx);
                }

                vector = x;
            }

            done = samples.Length - (samples.Length % Vector512<float>.Count);
        }
        else if (Vector256.IsHardwareAccelerated)
        {
            foreach (ref Vector256<float> vector in MemoryMarshal.Cast<float, Vector256<float>>(samples))
            {
                Vector256<float> x = vector;
                for (int step = 0; step < Steps; step++)
                {
                    Vector256<float> rx = x * R;
                    x = Vector256.FusedMultiplyAdd(-rx, x, rx);
                }

                vector = x;
            }

            done = samples.Length - (samples.Length % Vector256<float>.Count);
        }

        for (; done < samples.Length; done++)
        {
            samples[done] = TransformOne(samples[done]);
        }
    }

    /// <summary>One sample, without vectors: what the results are compared with.</summary>
    public static float TransformOne(float x)
    {
        for (int step = 0; step < Steps; step++)
        {
            float rx = x * R;
            x = MathF.FusedMultiplyAdd(-rx, x, rx);
        }

        return x;
    }

    /// <summary>Whether a result is that of a job: all of it by this processor's vectors, every 97th sample without them.</summary>
    public static bool IsRight(ReadOnlySpan<byte> result, int client, int job)
    {
        byte[] expected = new byte[result.Length];
        Fill(expected, client, job);
        float[] samples = MemoryMarshal.Cast<byte, float>(expected).ToArray();
        Transform(expected);
        ReadOnlySpan<float> found = MemoryMarshal.Cast<byte, float>(result);
        for (int i = 0; i < samples.Length; i += 97)
        {
            if (found[i] != TransformOne(samples[i]))
            {
                return false;
            }
        }

        return result.SequenceEqual(expected);
    }
}
