using System.Globalization;
using System.Text;

namespace Viaduct.Supervision;

/// <summary>A supervisor and what is below it, now. Immutable.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Strategy">Which children it restarts when one ends.</param>
/// <param name="Children">Its children, in the order in which they start.</param>
public sealed record SupervisorReport(string Name, RestartStrategy Strategy, IReadOnlyList<ChildReport> Children)
{
    /// <summary>The tree as text, one line a child.</summary>
    public override string ToString()
    {
        StringBuilder text = new();
        Append(text, "");
        return text.ToString();
    }

    private void Append(StringBuilder text, string indent)
    {
        text.Append(CultureInfo.InvariantCulture, $"{indent}{Name} ({Strategy})\n");
        foreach (ChildReport child in Children)
        {
            string process = child.ProcessId is { } id ? string.Create(CultureInfo.InvariantCulture, $" process {id}") : "";
            string exit = child.LastExit is { } reason ? $", last {reason}" : "";
            text.Append(
                CultureInfo.InvariantCulture, $"{indent}  {child.Name}: {child.State}{process} since {child.Since:u}, {child.Restarts} restarts{exit}\n");
            child.Supervisor?.Append(text, indent + "    ");
        }
    }
}
