using Microsoft.CodeAnalysis;

namespace Viaduct.Analyzers;

/// <summary>What the analyzers report.</summary>
internal static class Rules
{
    /// <summary>A message, or a loan, is used after it was given away.</summary>
    internal static readonly DiagnosticDescriptor UsedAfterGivenAway = Create(
        "VIA0001",
        "A message is used after it was given away",
        "'{0}' is used after '{1}' gave it away",
        "What was given away may be in use by its receiver, on another thread. 'Send' copies instead, so that the message stays the caller's.");

    /// <summary>A lease, request or loan is got and then lost.</summary>
    internal static readonly DiagnosticDescriptor NeverEnded = Create(
        "VIA0002",
        "A lease, request or loan is never ended",
        "The {0} is neither ended here nor passed on",
        "A message whose lease is never disposed stays unconsumed and counts against the channel's capacity, an unanswered request keeps its " +
        "caller waiting, and the memory of a lost loan does not come back.");

    /// <summary>A lease, request or loan, or memory that belongs to one, is used after its end.</summary>
    internal static readonly DiagnosticDescriptor UsedAfterEnd = Create(
        "VIA0003",
        "A lease, request or loan is used after its end",
        "'{0}' is used after '{1}' ended the lease, request or loan",
        "After its end a lease, request or loan throws when its message is asked for, and memory that was taken from it may hold later messages.");

    /// <summary>Where the pages of the rules lie, in the package and in the repository.</summary>
    private const string Pages = "docs/analyzers/";

    private static DiagnosticDescriptor Create(string id, string title, string message, string description) => new(
        id, title, message, "Usage", DiagnosticSeverity.Warning, isEnabledByDefault: true, description, Pages + id + ".md");
}
