using System.Globalization;
using System.Text.Json;

namespace Viaduct.Supervision;

/// <summary>Reads the properties of one object of a description file; what is wrong is added to the errors, and counts as not given.</summary>
internal sealed class ObjectPart
{
    private static readonly (string Unit, double Seconds)[] s_times = [("ms", 0.001), ("s", 1), ("m", 60), ("h", 3600), ("d", 86400)];

    private static readonly (string Unit, long Bytes)[] s_sizes =
        [("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30), ("kB", 1000), ("MB", 1_000_000), ("GB", 1_000_000_000), ("B", 1)];

    private readonly List<DescriptionError> _errors;
    private readonly Dictionary<string, JsonPart> _members = new(StringComparer.Ordinal);

    /// <summary>An object with its properties; others are errors.</summary>
    public ObjectPart(JsonPart part, string[] known, List<DescriptionError> errors)
    {
        Part = part;
        _errors = errors;
        if (part.Kind != JsonValueKind.Object)
        {
            Wrong(part, "an object");
            return;
        }

        foreach ((string name, JsonPart value) in part.Members)
        {
            if (!known.Contains(name, StringComparer.Ordinal))
            {
                string? meant = known.FirstOrDefault(other => IsNear(name, other));
                errors.Add(new DescriptionError(
                    value.Line, value.Path, $"There is no such property{(meant is null ? $"; there are {string.Join(", ", known)}" : $"; '{meant}' is meant, perhaps")}."));
            }
            else
            {
                _members[name] = value;
            }
        }
    }

    /// <summary>The object itself.</summary>
    public JsonPart Part { get; }

    /// <summary>A property, if it is given.</summary>
    public JsonPart? Find(string name) => _members.GetValueOrDefault(name) is { Kind: not JsonValueKind.Null } part ? part : null;

    /// <summary>Adds an error about a property, or about the object where that is not given.</summary>
    public void Report(string name, string text)
    {
        JsonPart? part = Find(name);
        string path = Part.Path.Length == 0 ? name : $"{Part.Path}.{name}";
        _errors.Add(new DescriptionError((part ?? Part).Line, path, text));
    }

    /// <summary>A text that is not empty.</summary>
    public string? Text(string name) => Find(name) is not { } part ? null
        : part is { Kind: JsonValueKind.String, Text.Length: > 0 } ? part.Text
        : Wrong<string>(part, "a text that is not empty");

    /// <summary>A truth value.</summary>
    public bool? Flag(string name) => Find(name) is not { } part ? null
        : part.Kind is JsonValueKind.True or JsonValueKind.False ? part.Kind == JsonValueKind.True
        : WrongValue<bool>(part, "true or false");

    /// <summary>A whole number.</summary>
    public int? Whole(string name, int least, int most) => Find(name) is not { } part ? null : WholeOf(part, least, most);

    /// <summary>A duration: a text such as <c>1.5s</c>, or a number of seconds.</summary>
    public TimeSpan? Duration(string name, TimeSpan least, TimeSpan most) => Find(name) is not { } part ? null : DurationOf(part, least, most);

    /// <summary>A number of bytes: a text such as <c>10MB</c>, or a number.</summary>
    public long? Size(string name, long least)
    {
        if (Find(name) is not { } part)
        {
            return null;
        }

        if ((part.Kind == JsonValueKind.Number ? Number(part.Text) : part.Kind == JsonValueKind.String ? Measure(part.Text, s_sizes) : null) is not { } bytes)
        {
            return WrongValue<long>(part, $"a size such as \"10MB\" or \"512KiB\", in {string.Join(", ", s_sizes.Select(static size => size.Unit))}, or a number of bytes");
        }

        return bytes >= least && bytes <= long.MaxValue / 2 ? (long)bytes : WrongValue<long>(part, $"a size of at least {least} bytes, such as \"10MB\" or \"512KiB\"");
    }

    /// <summary>One of some words.</summary>
    public T? Choice<T>(string name, params (string Word, T Value)[] choices)
        where T : struct => Find(name) is not { } part ? null : ChoiceOf(part, choices);

    /// <summary>A list of texts.</summary>
    public IReadOnlyList<string> Texts(string name) => [.. Items(name, "an array of texts")?.Select(item =>
        item.Kind == JsonValueKind.String ? item.Text : Wrong<string>(item, "a text")).OfType<string>() ?? []];

    /// <summary>A list of whole numbers.</summary>
    public IReadOnlyList<int>? Wholes(string name, int least, int most) =>
        Items(name, $"an array of whole numbers from {least} to {most}") is { } items ? [.. items.Select(item => WholeOf(item, least, most)).OfType<int>()] : null;

    /// <summary>A list of some words.</summary>
    public IReadOnlyList<T>? Choices<T>(string name, params (string Word, T Value)[] choices)
        where T : struct =>
        Items(name, $"an array of {Words(choices)}") is { } items ? [.. items.Select(item => ChoiceOf(item, choices)).OfType<T>()] : null;

    /// <summary>One of some words.</summary>
    public T? ChoiceOf<T>(JsonPart part, params (string Word, T Value)[] choices)
        where T : struct
    {
        foreach ((string word, T value) in choices)
        {
            if (part.Kind == JsonValueKind.String && part.Text == word)
            {
                return value;
            }
        }

        return WrongValue<T>(part, $"one of {Words(choices)}");
    }

    /// <summary>A duration.</summary>
    public TimeSpan? DurationOf(JsonPart part, TimeSpan least, TimeSpan most)
    {
        double? seconds = part.Kind == JsonValueKind.Number ? Number(part.Text)
            : part.Kind == JsonValueKind.String ? Measure(part.Text, [.. s_times.Select(static time => (time.Unit, time.Seconds))])
            : null;
        return seconds >= least.TotalSeconds && seconds <= most.TotalSeconds
            ? TimeSpan.FromSeconds(seconds.Value)
            : WrongValue<TimeSpan>(part, $"a duration from {Words(least)} to {Words(most)}, such as \"1.5s\", \"200ms\" or \"5m\"");
    }

    /// <summary>A whole number.</summary>
    public int? WholeOf(JsonPart part, int least, int most) =>
        part.Kind == JsonValueKind.Number && int.TryParse(part.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number) && number >= least && number <= most
            ? number
            : WrongValue<int>(part, $"a whole number from {least} to {most}");

    /// <summary>Adds the error of a value that is none of those expected.</summary>
    public void Wrong(JsonPart part, string expected)
    {
        string found = part.ToString();
        _errors.Add(new DescriptionError(part.Line, part.Path, $"This is {(found.Length <= 60 ? found : found[..57] + "...")}, and must be {expected}."));
    }

    private static string Words<T>((string Word, T Value)[] choices) => string.Join(", ", choices.Select(static choice => $"\"{choice.Word}\""));

    private IReadOnlyList<JsonPart>? Items(string name, string expected) =>
        Find(name) is not { } part ? null : part.Kind == JsonValueKind.Array ? part.Items : Wrong<IReadOnlyList<JsonPart>>(part, expected);

    private T? Wrong<T>(JsonPart part, string expected)
        where T : class
    {
        Wrong(part, expected);
        return null;
    }

    private T? WrongValue<T>(JsonPart part, string expected)
        where T : struct
    {
        Wrong(part, expected);
        return null;
    }

    private static double? Measure(string text, (string Unit, double Size)[] units)
    {
        foreach ((string unit, double size) in units)
        {
            if (text.EndsWith(unit, StringComparison.Ordinal) && Number(text[..^unit.Length].TrimEnd()) is { } number)
            {
                return number * size;
            }
        }

        return null;
    }

    private static double? Measure(string text, (string Unit, long Size)[] units) => Measure(text, [.. units.Select(static unit => (unit.Unit, (double)unit.Size))]);

    private static double? Number(string text) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number) ? number : null;

    private static string Words(TimeSpan time) => time.TotalSeconds < 1 && time > TimeSpan.Zero
        ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:0.###}ms")
        : time.TotalHours >= 24 ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalDays:0.##}d") : string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.##}s");

    /// <summary>Whether one name was meant where the other stands: they differ in case, or by one or two letters.</summary>
    private static bool IsNear(string given, string known)
    {
        int[] row = [.. Enumerable.Range(0, known.Length + 1)];
        for (int i = 1; i <= given.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= known.Length; j++)
            {
                int same = char.ToLowerInvariant(given[i - 1]) == char.ToLowerInvariant(known[j - 1]) ? diagonal : diagonal + 1;
                diagonal = row[j];
                row[j] = Math.Min(same, 1 + Math.Min(row[j], row[j - 1]));
            }
        }

        return row[known.Length] <= Math.Min(2, known.Length / 3);
    }
}
