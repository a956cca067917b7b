namespace Viaduct.Generators;

/// <summary>Writes what registers codecs of channels' types.</summary>
internal static class RootWriter
{
    /// <summary>The source for all such types of a project.</summary>
    internal static string Write(IEnumerable<RootModel> roots)
    {
        Code code = new Code().Open("internal static class ChannelTypes");
        code.Line("[ModuleInitializer]").Open("internal static void Register()");
        foreach (RootModel root in roots)
        {
            code.Line($"GeneratedCodecs.Register<{root.Type}>({root.Codec});");
        }

        return code.Close().Close().ToString();
    }
}
