using System.Diagnostics.CodeAnalysis;

[assembly: SuppressMessage(
    "Usage", "xUnit1051", Justification = "Cancellation is what many tests are about; waits are bounded by Patience instead.")]
