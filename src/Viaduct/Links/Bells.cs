using System.Runtime.ExceptionServices;

namespace Viaduct.Links;

/// <summary>Several bells that ring together.</summary>
internal sealed unsafe class Bells : Bell
{
    private readonly Bell[] _bells;

    private Bells(Bell[] bells)
        : base(null) => _bells = bells;

    /// <summary>One bell for several.</summary>
    public static Bell Of(Bell[] bells) => bells.Length switch
    {
        0 => Silent,
        1 => bells[0],
        _ => new Bells(bells),
    };

    /// <inheritdoc/>
    /// <remarks>One that throws does not silence those behind it.</remarks>
    protected override void Tell()
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
