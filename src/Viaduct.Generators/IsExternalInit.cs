namespace System.Runtime.CompilerServices;

/// <summary>What the compiler wants for records; .NET Standard has none.</summary>
internal static class IsExternalInit;
