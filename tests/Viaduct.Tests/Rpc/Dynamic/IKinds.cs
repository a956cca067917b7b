using Viaduct.Messages;
using Viaduct.Rpc;

namespace Viaduct.Tests.Rpc.Dynamic;

/// <summary>Values of every kind, and every way in which they pass.</summary>
[Service(Name = "Kinds")]
public interface IKinds
{
    Scalars EchoScalars(Scalars value);

    Composed EchoComposed(Composed value);

    Shape? EchoShape(Shape? shape);

    [Idempotent]
    Task<int> AddAsync(int a, int b, CancellationToken cancellationToken = default);

    Rights EchoRights(Rights rights);

    string EchoReals(Half f16 = default, float f32 = 0, double f64 = 0);

    string CountKeys(
        Dictionary<string, int>? texts = null, Dictionary<Color, int>? colors = null, Dictionary<double, int>? reals = null, Dictionary<decimal, int>? money = null, Dictionary<Point, int>? points = null);

    string? EchoText(string? text);

    string Paint(string text, Color color = Color.Red, string unit = "piece", bool twice = false, int count = 2);

    int Fill(Span<byte> buffer, byte value);

    int Split(int value, ref string text, out int rest);

    void Rest();

    [OneWay]
    void Tell(string text);

    IReadOnlyList<string> Told();

    IAsyncEnumerable<Point> LineAsync(int count, CancellationToken cancellationToken = default);

    Task<long> SumAsync(IAsyncEnumerable<long> numbers);

    void Fail(string message);

    Blob Invert(Blob image);

    ICounter Open();

    int Watch(int value, IListener? listener);

    string Dilute(
        double share = 0.5, char unit = 'l', Color color = Color.Blue, bool stir = true, int? times = 3, long least = -5, float most = float.PositiveInfinity, decimal price = 1.50m, ulong huge = ulong.MaxValue,
        Options? options = Options.Fast, string? note = null);
}

[Message]
public sealed record Scalars(
    bool Flag, char Letter, sbyte I8, short I16, int I32, long I64, Int128 I128, byte U8, ushort U16, uint U32, ulong U64, UInt128 U128, Half F16, float F32, double F64,
    decimal Money, string Text, byte[] Bytes, Guid Id, DateTime Time, DateTimeOffset Stamp, TimeSpan Span, DateOnly Date, TimeOnly Clock, Color Color, Options Options);

[Message]
public sealed record Composed(
    IReadOnlyList<int> Numbers, List<string?> Texts, int? Maybe, Dictionary<string, Point> Points, Dictionary<Color, int> Colors, Dictionary<int, string> ByNumber, Dictionary<Point, int> ByPoint,
    (int, string?) Pair, Point Point, Tree Tree, Shape Shape, IReadOnlyList<Shape?> Shapes, string Unit = "piece");

[Message]
public readonly record struct Point(int X, int Y);

[Message]
public sealed record Tree(string Name, IReadOnlyList<Tree> Children);

[Message]
[Union(1, typeof(Circle))]
[Union(2, typeof(Square))]
public abstract record Shape;

[Message]
public sealed record Circle(double Radius) : Shape;

[Message]
public sealed record Square(Point At, int Side) : Shape;

public enum Color : byte
{
    Red,
    Green,
    Blue,
}

[Flags]
public enum Rights
{
    None = 0,
    Read = 1,
    Write = 2,
    Own = 12,
    Last = int.MinValue,
}

[Flags]
public enum Options
{
    None = 0,
    Fast = 1,
    Safe = 2,
}
