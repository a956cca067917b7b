using System.Globalization;
using System.Runtime.CompilerServices;
using Viaduct.Supervision;

namespace Viaduct.Tests.Rpc.Dynamic;

internal sealed class Kinds : IKinds
{
    private readonly List<string> _told = [];

    public Scalars EchoScalars(Scalars value) => value;

    public Composed EchoComposed(Composed value) => value;

    public Shape? EchoShape(Shape? shape) => shape;

    public Task<int> AddAsync(int a, int b, CancellationToken cancellationToken = default) => Task.FromResult(a + b);

    public Rights EchoRights(Rights rights) => rights;

    public string EchoReals(Half f16, float f32, double f64) => string.Create(CultureInfo.InvariantCulture, $"{f16} {f32} {f64}");

    public string CountKeys(Dictionary<string, int>? texts, Dictionary<Color, int>? colors, Dictionary<double, int>? reals, Dictionary<decimal, int>? money, Dictionary<Point, int>? points) =>
        $"{texts?.Count} {colors?.Count} {reals?.Count} {money?.Count} {points?.Count}";

    public string? EchoText(string? text) => text;

    public int Fill(Span<byte> buffer, byte value)
    {
        buffer.Fill(value);
        return buffer.Length;
    }

    public int Split(int value, ref string text, out int rest)
    {
        text += "!";
        rest = value % 10;
        return value / 10;
    }

    public void Rest()
    {
    }

    public void Tell(string text) => _told.Add(text);

    public string Paint(string text, Color color, string unit, bool twice, int count) => $"{text} {color} {unit} {twice} {count}";

    public IReadOnlyList<string> Told() => _told;

    public async IAsyncEnumerable<Point> LineAsync(int count, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        for (int i = 0; i < count; i++)
        {
            await Task.Yield();
            yield return new Point(i, -i);
        }
    }

    public async Task<long> SumAsync(IAsyncEnumerable<long> numbers)
    {
        long sum = 0;
        await foreach (long number in numbers)
        {
            sum += number;
        }

        return sum;
    }

    public void Fail(string message) =>
        throw (message.StartsWith("no supervisor", StringComparison.Ordinal) ? new SupervisionException(message) : new InvalidTimeZoneException(message));

    public Blob Invert(Blob image)
    {
        Blob inverted = Blob.Allocate(image.Length);
        for (int i = 0; i < image.Length; i++)
        {
            inverted.Span[i] = (byte)~image.ReadOnlySpan[i];
        }

        return inverted;
    }

    public ICounter Open() => throw new NotSupportedException();

    public string Dilute(double share, char unit, Color color, bool stir, int? times, long least, float most, decimal price, ulong huge, Options? options, string? note) =>
        string.Create(CultureInfo.InvariantCulture, $"{share} {unit} {color} {stir} {times} {least} {most} {price} {huge} {options} {note}");

    public int Watch(int value, IListener? listener) => listener is null ? value : -1;
}
