using System.Collections.Concurrent;
using System.ComponentModel;
using Viaduct.Rpc;

namespace Viaduct.Supervision;

/// <summary>The services that this program isolates, so that its child processes can make them without reflection. Thread-safe.</summary>
[EditorBrowsable(EditorBrowsableState.Advanced)]
public static class IsolatedServices
{
    private static readonly ConcurrentDictionary<string, Registration> s_registrations = new(StringComparer.Ordinal);

    /// <summary>Makes a pair of contract and implementation known. Called by an initializer of the module that isolates it, which the source generator writes.</summary>
    /// <typeparam name="TService">The contract.</typeparam>
    /// <typeparam name="TImplementation">What carries it out.</typeparam>
    /// <param name="assembly">The name of the assembly whose initializer calls this: what a child loads first.</param>
    /// <param name="create">Makes the object; called in the child.</param>
    public static void Register<TService, TImplementation>(string assembly, Func<TImplementation> create)
        where TService : class
        where TImplementation : class, TService
    {
        ArgumentException.ThrowIfNullOrEmpty(assembly);
        ArgumentNullException.ThrowIfNull(create);
        s_registrations[KeyOf<TService, TImplementation>()] = new Registration(
            assembly,
            (node, options) =>
            {
                TImplementation service = create();
                return (node.Serve<TService>(service, options), service);
            });
    }

    /// <summary>What a pair is called between parent and child.</summary>
    internal static string KeyOf<TService, TImplementation>() => $"{typeof(TService)} by {typeof(TImplementation)}";

    /// <summary>The assembly that makes a pair known.</summary>
    /// <exception cref="InvalidOperationException">None does.</exception>
    internal static string AssemblyOf(string key) => s_registrations.TryGetValue(key, out Registration? registration)
        ? registration.Assembly
        : throw new InvalidOperationException(
            $"Nothing makes '{key}' in a child process. Call Isolate with both types named in a project that references the Viaduct package (which brings the source generator), or register the pair with {nameof(IsolatedServices)}.{nameof(Register)} in a module initializer.");

    /// <summary>Makes and serves a pair; the part of whoever carries out its calls.</summary>
    internal static (ServiceHost Host, object Service) Serve(string key, Node node, ServeOptions options) =>
        s_registrations.TryGetValue(key, out Registration? registration)
            ? registration.Serve(node, options)
            : throw new InvalidOperationException($"The assembly that was loaded does not register '{key}'.");

    /// <summary>Takes no more calls, and disposes the object, if it can be: in one way, where it knows two.</summary>
    internal static void End(ServiceHost host, object service)
    {
        host.Dispose();
        if (service is IAsyncDisposable later)
        {
            later.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }
        else
        {
            (service as IDisposable)?.Dispose();
        }
    }

    private sealed record Registration(string Assembly, Func<Node, ServeOptions, (ServiceHost Host, object Service)> Serve);
}
