using Microsoft.CodeAnalysis;

namespace Viaduct.Generators;

/// <summary>What the generators report.</summary>
internal static class Rules
{
    internal const string UnsupportedType = "VIA1001";
    internal const string DuplicateId = "VIA1002";
    internal const string NoConstructor = "VIA1003";
    internal const string Inaccessible = "VIA1004";
    internal const string WrongUnion = "VIA1005";
    internal const string SameMethodName = "VIA1006";
    internal const string NoRemoteMember = "VIA1007";
    internal const string UnsupportedSignature = "VIA1008";
    internal const string LostMember = "VIA1009";
    internal const string NotIsolable = "VIA1010";
    internal const string NotRedirected = "VIA1011";
    internal const string CallsOfOthers = "VIA1012";
    internal const string NotKnown = "VIA1013";

    /// <summary>Where the pages of the rules lie, in the package and in the repository.</summary>
    private const string Pages = "docs/analyzers/";

    private static readonly DiagnosticDescriptor s_unsupportedType = Create(
        UnsupportedType,
        "A type can't be sent",
        "'{0}' can't be sent: {1}",
        "Messages and the calls of services carry values whose form both ends know from their types.");

    private static readonly DiagnosticDescriptor s_duplicateId = Create(
        DuplicateId,
        "A number is used twice or is none",
        "'{0}' has the number {1}, {2}",
        "Members of messages, cases of unions and parameters of methods are known by their numbers, from 1 to 65535, each of which only one may have.");

    private static readonly DiagnosticDescriptor s_noConstructor = Create(
        NoConstructor,
        "A message can't be made again",
        "'{0}' has no constructor that its members fit: each parameter must have the name (in any case) and the type of a member",
        "Who receives a message makes it with a constructor and setters that generated code can reach.");

    private static readonly DiagnosticDescriptor s_inaccessible = Create(
        Inaccessible,
        "Generated code can't reach it",
        "'{0}' can't be reached by generated code: {1}",
        "Codecs and proxies are classes of their own in the same project: what they use must be internal or public.");

    private static readonly DiagnosticDescriptor s_wrongUnion = Create(
        WrongUnion,
        "A union is not one",
        "'{0}' is no union: {1}",
        "An abstract class or interface is a message if its cases are listed, each a message that derives from it or implements it.");

    private static readonly DiagnosticDescriptor s_sameMethodName = Create(
        SameMethodName,
        "Two methods of a service can't be told apart",
        "'{0}' and '{1}' can't be told apart by callers: both are '{2}'; give one of them another name with [WireName]",
        "Calls name their method by a number that is made of its name; overloads need names of their own.");

    private static readonly DiagnosticDescriptor s_noRemoteMember = Create(
        NoRemoteMember,
        "A service can't have that member",
        "'{0}' can't be called from afar: {1}",
        "A service is an interface of methods.");

    private static readonly DiagnosticDescriptor s_unsupportedSignature = Create(
        UnsupportedSignature,
        "A method of a service can't have that signature",
        "'{0}' can't be called from afar like this: {1}",
        "What a call gives back comes with its answer, and memory that a caller lends is lent until then.");

    private static readonly DiagnosticDescriptor s_lostMember = Create(
        LostMember,
        "A member of a message would be lost",
        "'{0}' would not arrive: no constructor and no setter can give it back; add one, or mark it [Ignore]",
        "A public member that is left out silently is missed when it is too late.");

    private static readonly DiagnosticDescriptor s_notIsolable = Create(
        NotIsolable,
        "A member of an isolated class can't be carried out elsewhere",
        "'{0}' can't be carried out in another process: {1}. [InProcess] leaves a member in this one.",
        "Calls of what is marked [Isolated] go to a child process, with values whose form both ends know.");

    private static readonly DiagnosticDescriptor s_notRedirected = Create(
        NotRedirected,
        "An isolated method would be carried out in this process",
        "'{0}' is isolated, and only calls of it can be redirected: write a lambda that calls it",
        "A delegate or pointer to a method is made of the method itself, and would call it in this process.");

    private static readonly DiagnosticDescriptor s_callsOfOthers = Create(
        CallsOfOthers,
        "Calls from other projects stay in their process",
        "'{0}' is isolated, and public in a library: calls from other projects are not redirected; make it internal, and call it in a class that is public",
        "Calls are redirected where they are compiled, which is in this project.",
        DiagnosticSeverity.Warning);

    private static readonly DiagnosticDescriptor s_notKnown = Create(
        NotKnown,
        "Nothing makes what is isolated in a child process",
        "'{0}' is not known where it is isolated, so that no child process can make it: name the types, or register each pair with IsolatedServices.Register",
        "A child process makes the object of a pair of types that the call of Isolate names. It knows nothing of the type arguments of whoever called that.",
        DiagnosticSeverity.Warning);

    /// <summary>The rule with that id.</summary>
    internal static DiagnosticDescriptor Of(string id) => id switch
    {
        UnsupportedType => s_unsupportedType,
        DuplicateId => s_duplicateId,
        NoConstructor => s_noConstructor,
        Inaccessible => s_inaccessible,
        WrongUnion => s_wrongUnion,
        SameMethodName => s_sameMethodName,
        NoRemoteMember => s_noRemoteMember,
        UnsupportedSignature => s_unsupportedSignature,
        NotIsolable => s_notIsolable,
        NotRedirected => s_notRedirected,
        CallsOfOthers => s_callsOfOthers,
        NotKnown => s_notKnown,
        _ => s_lostMember,
    };

    private static DiagnosticDescriptor Create(string id, string title, string message, string description, DiagnosticSeverity severity = DiagnosticSeverity.Error) => new(
        id, title, message, "Generation", severity, isEnabledByDefault: true, description, Pages + id + ".md");
}
