namespace Viaduct.Supervision;

/// <summary>A description file can't be used; the message has a line for each thing that is wrong in it.</summary>
internal sealed class DescriptionException(string file, IReadOnlyList<DescriptionError> errors)
    : ViaductException(string.Join('\n', errors.OrderBy(static error => error.Line).Select(error => error.In(file))));
