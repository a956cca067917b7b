using Viaduct.Supervision;

namespace Viaduct.Tests.Isolating;

/// <summary>A class whose process may do nothing but compute.</summary>
[Isolated(Confinement = ConfinementLevel.Strict, Standbys = 0)]
internal static class Reader
{
    internal static bool CanRead(string file)
    {
        try
        {
            return File.ReadAllBytes(file).Length > 0;
        }
        catch (UnauthorizedAccessException)
        {
            return false;
        }
    }
}
