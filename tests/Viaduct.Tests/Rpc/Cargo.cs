using Viaduct.Messages;
using Viaduct.Tests.Generators;

namespace Viaduct.Tests.Rpc;

/// <summary>A message of all that messages are made of: others, lists, dictionaries, enumerations, generic ones, a union, and what may be null.</summary>
[Message]
public sealed record Cargo(
    Order Order,
    Dictionary<string, Line[]> Lines,
    IReadOnlyList<Color> Colors,
    Color? Color,
    Color? NoColor,
    Grade Grade,
    Line? NoLine,
    int? Count,
    int? NoCount,
    string? NoText,
    List<int?> Marks,
    (int, string?) Pair,
    Page<Line> Page,
    Tree<string?> Tree,
    IReadOnlyList<Shape> Shapes)
{
    /// <summary>One with something in each of them but those that are to be null.</summary>
    public static Cargo Sample() => new(
        new Order(7, "Müller 😀", [new Line("nail", 0.02m, 500), new Line("beam", 19.99m, Unit: "metre")], "in haste"),
        new Dictionary<string, Line[]> { ["none"] = [], ["two"] = [new Line("a", -1m), new Line("b", decimal.MaxValue)] },
        [Generators.Color.Green, Generators.Color.None, Generators.Color.Red],
        Generators.Color.Green,
        null,
        (Grade)(-1),
        null,
        int.MinValue,
        null,
        null,
        [1, null, -3],
        (int.MaxValue, null),
        new Page<Line>(3, [new Line("first", 1m), new Line("last", 2m)], null, new Line("last", 2m)),
        new Tree<string?>("root", [new Tree<string?>(null, []), new Tree<string?>("leaf", [])]),
        [new Circle("wheel", 0.5), new Ring("tyre", 0.5, 0.4), new Square("box", 2)]);
}
