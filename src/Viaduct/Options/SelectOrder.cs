namespace Viaduct;

/// <summary>Which of several sockets that are ready a <see cref="Selector"/> names.</summary>
public enum SelectOrder
{
    /// <summary>Each in its turn: the search begins behind the socket that was named last, so none starves. The default.</summary>
    Fair = 0,

    /// <summary>Always the one with the lowest index. A busy socket starves those behind it.</summary>
    Priority = 1,
}
