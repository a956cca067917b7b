using System.Runtime.ExceptionServices;

namespace Viaduct.Links;

/// <summary>Several bells that ring together.</summary>
internal sealed class Bells : Bell
{
    private readonly Bell[] _bells;

    private Bells(Bell[] bells) => _bells = bells;

    /// <summary>One bell for several; null for none.</summary>
    public static Bell? Of(Bell[] bells) => bells.Length < 2 ? bells.FirstOrDefault() : new Bells(bells);

    /// <inheritdoc/>
    /// <remarks>One that throws does not silence those behind it.</remarks>
    public override void Ring()
    {
        Exception? failure = null;
        foreach (Bell bell in _bells)
        {
            try
            {
                bell.Ring();
            }
            catch (Exception error)
            {
                failure = error;
            }
        }

        if (failure is not null)
        {
            ExceptionDispatchInfo.Throw(failure);
        }
    }
}
