using System.Globalization;
using System.Security;
using System.Text;

namespace Viaduct.Benchmarks.Charts;

/// <summary>An SVG drawing that reads well on light and on dark pages: colours are classes, and the reader's scheme chooses.</summary>
internal sealed class Svg
{
    /// <summary>Distinct colours for peers, in the order in which they are used.</summary>
    public const int PeerColours = 10;

    private const string Style = """
        text { font: 12px system-ui, -apple-system, "Segoe UI", sans-serif; fill: #24292f }
        .title { font-size: 15px; font-weight: 600 }
        .note { fill: #57606a }
        .page { fill: #ffffff }
        .grid { stroke: #d0d7de; stroke-width: 1 }
        .line { fill: none; stroke-width: 1.5 }
        .limit { stroke: #57606a; stroke-dasharray: 5 4 }
        .own { stroke: #0550ae; stroke-width: 3 }
        .fill-limit { fill: #8c959f } .fill-own { fill: #0550ae }
        .own2 { stroke: #3d8bff; stroke-width: 2.5 } .own3 { stroke: #86b9f7; stroke-width: 2.5 }
        .own4 { stroke: #0b7a75; stroke-width: 2.5 }
        .p0 { stroke: #bc4c00 } .p1 { stroke: #1a7f37 } .p2 { stroke: #8250df } .p3 { stroke: #bf3989 } .p4 { stroke: #9a6700 }
        .p5 { stroke: #0e7490 } .p6 { stroke: #cf222e } .p7 { stroke: #4d7c0f } .p8 { stroke: #6b4423 } .p9 { stroke: #64748b }
        .fill-peer { fill: #b6bcc4 }
        @media (prefers-color-scheme: dark) {
          text { fill: #e6edf3 } .note { fill: #9198a1 } .page { fill: #0d1117 } .grid { stroke: #30363d }
          .limit { stroke: #9198a1 } .own { stroke: #79c0ff } .own2 { stroke: #388bfd } .own3 { stroke: #a5d6ff } .own4 { stroke: #2dd4bf }
          .fill-limit { fill: #6e7681 } .fill-own { fill: #79c0ff }
          .p0 { stroke: #ffa657 } .p1 { stroke: #56d364 } .p2 { stroke: #d2a8ff } .p3 { stroke: #ff9bce } .p4 { stroke: #e3b341 }
          .p5 { stroke: #67e8f9 } .p6 { stroke: #ff7b72 } .p7 { stroke: #bef264 } .p8 { stroke: #d6b08c } .p9 { stroke: #94a3b8 }
          .fill-peer { fill: #484f58 }
        }
        """;

    private readonly StringBuilder _text = new();
    private readonly int _width;
    private readonly int _height;
    private readonly string _title;

    public Svg(int width, int height, string title)
    {
        _width = width;
        _height = height;
        _title = title;
    }

    public void Text(double x, double y, string text, string anchor = "start", string? kind = null) => _text.AppendLine(
        CultureInfo.InvariantCulture,
        $"""<text x="{x:0.#}" y="{y:0.#}" text-anchor="{anchor}"{Class(kind)}>{SecurityElement.Escape(text)}</text>""");

    public void Line(double x1, double y1, double x2, double y2, string kind) => _text.AppendLine(
        CultureInfo.InvariantCulture,
        $"""<line x1="{x1:0.#}" y1="{y1:0.#}" x2="{x2:0.#}" y2="{y2:0.#}"{Class(kind)}/>""");

    public void Path(IEnumerable<(double X, double Y)> points, string kind) => _text.AppendLine(
        CultureInfo.InvariantCulture,
        $"""<polyline points="{string.Join(' ', points.Select(point => string.Create(CultureInfo.InvariantCulture, $"{point.X:0.#},{point.Y:0.#}")))}"{Class("line " + kind)}/>""");

    public void Dot(double x, double y, string kind) => _text.AppendLine(
        CultureInfo.InvariantCulture,
        $"""<circle cx="{x:0.#}" cy="{y:0.#}" r="2"{Class("line " + kind)}/>""");

    public void Bar(double x, double y, double width, double height, string kind) => _text.AppendLine(
        CultureInfo.InvariantCulture,
        $"""<rect x="{x:0.#}" y="{y:0.#}" width="{Math.Max(1, width):0.#}" height="{height:0.#}" rx="2"{Class(kind)}/>""");

    public override string ToString() => $"""
        <svg xmlns="http://www.w3.org/2000/svg" width="{_width}" height="{_height}" viewBox="0 0 {_width} {_height}" role="img">
        <title>{SecurityElement.Escape(_title)}</title>
        <style>
        {Style}
        </style>
        <rect width="{_width}" height="{_height}" class="page"/>
        {_text.ToString().TrimEnd()}
        </svg>

        """;

    private static string Class(string? kind) => kind is null ? "" : $" class=\"{kind}\"";
}
