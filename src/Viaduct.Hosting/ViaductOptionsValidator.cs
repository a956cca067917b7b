using Microsoft.Extensions.Options;

namespace Viaduct.Hosting;

/// <summary>Checks the options by the core library's own rules.</summary>
internal sealed class ViaductOptionsValidator : IValidateOptions<ViaductOptions>
{
    public ValidateOptionsResult Validate(string? name, ViaductOptions options)
    {
        try
        {
            options.ToNodeOptions().Validate();
            return ValidateOptionsResult.Success;
        }
        catch (Exception error) when (error is ArgumentException or PlatformNotSupportedException)
        {
            return ValidateOptionsResult.Fail($"{ViaductOptions.SectionName}: {error.Message}");
        }
    }
}
