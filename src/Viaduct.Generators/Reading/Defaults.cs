using System.Globalization;
using Microsoft.CodeAnalysis;

namespace Viaduct.Generators;

/// <summary>Defaults of parameters, as far as they hold where a field isn't there.</summary>
internal static class Defaults
{
    /// <summary>The field of a parameter of a method, or of the constructor of a message.</summary>
    internal static FieldModel Field(IParameterSymbol parameter, int id, string name, TypeModel type)
    {
        if (!parameter.HasExplicitDefaultValue)
        {
            return new FieldModel(id, name, type);
        }

        object? value = parameter.ExplicitDefaultValue;
        return type.Presence switch
        {
            Presence.Required => new FieldModel(id, name, type, value is string text ? Code.Literal(text) : "null!", MayMiss: true),

            // Zero is what isn't sent: no other value can stand for a field that isn't there. Whoever has the contract only as a text learns from that what to send.
            Presence.Zero when IsZero(value) => new FieldModel(id, name, type, MayMiss: true),
            Presence.Zero or Presence.Null => new FieldModel(id, name, type, Given: InSchema(value)),
            _ => new FieldModel(id, name, type),
        };
    }

    /// <summary>A default as a schema says it: of characters and enumerations the number. Empty of what it says nothing of.</summary>
    private static string InSchema(object? value) => value switch
    {
        null or string => "",
        bool flag => flag ? "true" : "false",
        char letter => ((int)letter).ToString(CultureInfo.InvariantCulture),
        float number => number.ToString("R", CultureInfo.InvariantCulture),
        double number => number.ToString("R", CultureInfo.InvariantCulture),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    };

    private static bool IsZero(object? value) => value switch
    {
        null => true,
        char letter => letter == 0,
        IConvertible number and not string => number.ToDouble(CultureInfo.InvariantCulture) == 0,
        _ => false,
    };
}
