using Viaduct.Model.Running;

namespace Viaduct.Memory;

/// <summary>
/// In the place of the product's struct: a process of the model has one thread, so the gate is never contended. It only says when
/// the news of a death, which another thread of the process would bring under the gate, can't come.
/// </summary>
internal readonly struct Gate
{
    private readonly Run? _run = Run.Starting;

    public Gate()
    {
    }

    public void Enter() => _run?.Enter();

    public bool TryEnterAsOwner()
    {
        Enter();
        return true;
    }

    public void ExitAsOwner() => Exit();

    public void Exit() => _run?.Exit();
}
