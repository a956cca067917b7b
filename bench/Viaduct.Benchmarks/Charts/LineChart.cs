namespace Viaduct.Benchmarks.Charts;

/// <summary>Lines over logarithmic message sizes or counts; each line's name stands at its end.</summary>
internal sealed record LineChart(
    string Title, string Note, IReadOnlyList<(double Value, string Label)> Columns, IReadOnlyList<Series> Series, bool FromZero = false)
{
    private const int Width = 910;
    private const int Height = 460;
    private const int Left = 70;
    private const int Right = 660;
    private const int Top = 62;
    private const int Bottom = 420;
    private const double LabelHeight = 15;

    public string Draw()
    {
        var svg = new Svg(Width, Height, Title);
        svg.Text(16, 24, Title, kind: "title");
        svg.Text(16, 44, Note, kind: "note");

        Axis across = Axis.Logarithmic(Columns[0].Value, Columns[^1].Value, Left + 10, Right - 10);
        double[] values = [.. Series.SelectMany(series => series.Points).Select(point => point.Y)];
        Axis up = FromZero ? Axis.FromZero(values, Bottom, Top) : Axis.Decades(values, Bottom, Top);
        foreach (double tick in up.Ticks)
        {
            svg.Line(Left, up.Place(tick), Right, up.Place(tick), "grid");
            svg.Text(Left - 8, up.Place(tick) + 4, Axis.Label(tick), "end", "note");
        }

        foreach ((double value, string label) in Columns)
        {
            svg.Text(across.Place(value), Bottom + 20, label, "middle", "note");
        }

        string[] kinds = Kinds();
        for (int i = 0; i < Series.Count; i++)
        {
            (double X, double Y)[] points = [.. Series[i].Points.Select(point => (across.Place(point.X), up.Place(point.Y)))];
            svg.Path(points, kinds[i]);
            foreach ((double x, double y) in points)
            {
                svg.Dot(x, y, kinds[i]);
            }
        }

        Label(svg, kinds, up);
        return svg.ToString();
    }

    // Viaduct's lines share a hue, peers take the palette's colours in turn.
    private string[] Kinds()
    {
        int own = 0;
        int peers = 0;
        return
        [
            .. Series.Select(series => series.Kind switch
            {
                SeriesKind.Limit => "limit",
                SeriesKind.Own => own++ == 0 ? "own" : $"own{Math.Min(own, 4)}",
                _ => $"p{peers++ % Svg.PeerColours}",
            }),
        ];
    }

    // Names at the height of the last points, pushed apart where they would overlap: down from the top, then up from the bottom.
    private void Label(Svg svg, string[] kinds, Axis up)
    {
        int[] order = [.. Enumerable.Range(0, Series.Count).OrderBy(i => up.Place(Series[i].Points[^1].Y))];
        double[] places = [.. order.Select(i => up.Place(Series[i].Points[^1].Y))];
        for (int i = 1; i < places.Length; i++)
        {
            places[i] = Math.Max(places[i], places[i - 1] + LabelHeight);
        }

        for (int i = places.Length - 1; i >= 0; i--)
        {
            places[i] = Math.Min(places[i], i == places.Length - 1 ? Bottom : places[i + 1] - LabelHeight);
        }

        for (int i = 0; i < order.Length; i++)
        {
            double end = up.Place(Series[order[i]].Points[^1].Y);
            svg.Path([(Right - 6, end), (Right + 8, places[i]), (Right + 24, places[i])], kinds[order[i]]);
            svg.Text(Right + 30, places[i] + 4, Series[order[i]].Name);
        }
    }
}
