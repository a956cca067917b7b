using System.ComponentModel;
using System.Runtime.CompilerServices;

namespace Viaduct.Rpc;

/// <summary>Where generated contracts are found. Thread-safe.</summary>
[EditorBrowsable(EditorBrowsableState.Advanced)]
public static class ServiceContract
{
    /// <summary>Makes a contract known; called once by generated code.</summary>
    /// <typeparam name="TService">The interface.</typeparam>
    /// <param name="contract">Its contract.</param>
    public static void Register<TService>(ServiceContract<TService> contract)
        where TService : class
    {
        ArgumentNullException.ThrowIfNull(contract);
        Volatile.Write(ref Registered<TService>.Contract, contract);
    }

    /// <summary>The contract of an interface marked <see cref="ServiceAttribute"/>.</summary>
    /// <typeparam name="TService">The interface.</typeparam>
    /// <returns>Its contract.</returns>
    /// <exception cref="InvalidOperationException">There is none: the message says what is missing.</exception>
    public static ServiceContract<TService> Of<TService>()
        where TService : class
    {
        if (Volatile.Read(ref Registered<TService>.Contract) is { } registered)
        {
            return registered;
        }

        // The initializer of the interface's module registers its contracts, and runs no later than this.
        RuntimeHelpers.RunModuleConstructor(typeof(TService).Module.ModuleHandle);
        return Volatile.Read(ref Registered<TService>.Contract) ?? throw new InvalidOperationException(
            $"{typeof(TService)} has no contract. Mark the interface [Service], and reference the Viaduct package (which brings the source generator) in the project that declares it.");
    }

    /// <summary>One for each interface.</summary>
    private static class Registered<TService>
        where TService : class
    {
        public static ServiceContract<TService>? Contract;
    }
}
