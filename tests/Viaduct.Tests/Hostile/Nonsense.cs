using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Viaduct.Rings;

namespace Viaduct.Tests.Hostile;

/// <summary>Values for shared memory that are chosen to be almost right, and some that are nothing at all. The same seed gives the same ones.</summary>
internal sealed class Nonsense(int seed)
{
    public Random Random { get; } = new(seed);

    public bool Chance(int oneIn) => Random.Next(oneIn) == 0;

    /// <summary>Any 64 bits, those near a bound more often.</summary>
    public ulong Long()
    {
        ulong power = 1UL << Random.Next(64);
        return Random.Next(6) switch
        {
            0 => 0,
            1 => ulong.MaxValue - (ulong)Random.Next(3),
            2 => power + (ulong)Random.Next(3) - 1,
            3 => (ulong)(uint)Random.Next(int.MinValue, int.MaxValue),
            _ => (ulong)Random.NextInt64(long.MinValue, long.MaxValue),
        };
    }

    /// <summary>Any bytes. A seeded <see cref="System.Random"/> would take most of an attack's time for them: these are of SplitMix64 (Steele, Lea and Flood, OOPSLA 2014).</summary>
    public void Fill(Span<byte> bytes)
    {
        ulong state = (ulong)Random.NextInt64();
        foreach (ref ulong word in MemoryMarshal.Cast<byte, ulong>(bytes))
        {
            word = Next(ref state);
        }

        foreach (ref byte last in bytes[^(bytes.Length % sizeof(ulong))..])
        {
            last = (byte)Next(ref state);
        }

        static ulong Next(ref ulong state)
        {
            ulong mixed = state += 0x9E3779B97F4A7C15;
            mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
            mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
            return mixed ^ (mixed >> 31);
        }
    }

    /// <summary>A number near another.</summary>
    public ulong Near(ulong value, int distance) => value + (ulong)Random.Next(-distance, distance + 1);

    /// <summary>A word that could publish a record, where so many bytes are left to the ring's end.</summary>
    public ulong RecordWord(int toEnd, int ring)
    {
        int length = Random.Next(10) switch
        {
            0 => 0,
            1 => Unsafe.SizeOf<ChunkReference>(),
            2 => toEnd - 16 - Random.Next(-2, 3),
            3 => toEnd - 32 - Random.Next(-2, 18),
            4 => ring - Random.Next(-2, 40),
            5 => int.MaxValue - Random.Next(40),
            6 => -1 - Random.Next(40),
            7 => Random.Next(ring),
            _ => Random.Next(64),
        };
        int kind = Chance(6) ? Random.Next(256) : 1 + Random.Next(4);
        ulong word = RecordHeader.Pack(length, kind, Random.Next(256));
        return Chance(20) ? word | (Long() << 48) : word;
    }

    /// <summary>A reference to memory that may or may not be there.</summary>
    public ChunkReference Reference(int segment, long length, int maximumMessage) => new()
    {
        Segment = Chance(4) ? (int)Long() : segment + (Chance(8) ? 1 : 0),
        Offset = Random.Next(5) switch
        {
            0 => (long)Long(),
            1 => length - Random.Next(-2, 200),
            2 => -Random.Next(5000),
            _ => Random.NextInt64(length),
        },
        Length = Random.Next(5) switch
        {
            0 => (int)Long(),
            1 => maximumMessage + Random.Next(-1, 2),
            2 => (int)length - Random.Next(-2, 200),
            _ => Random.Next(2000),
        },
    };
}
