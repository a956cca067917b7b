using System.Runtime.CompilerServices;
using Viaduct.Supervision;

namespace Viaduct.Tests.Rpc;

/// <summary>What the tests isolate.</summary>
internal static class Registrations
{
    [ModuleInitializer]
    internal static void Register()
    {
        IsolatedServices.Register<ITrial, Trial>("Viaduct.Tests", static () => new Trial());
        IsolatedServices.Register<IMishap, Mishap>("Viaduct.Tests", static () => new Mishap());
        IsolatedServices.Register<IMishap, Stillborn>("Viaduct.Tests", static () => new Stillborn());
    }
}
