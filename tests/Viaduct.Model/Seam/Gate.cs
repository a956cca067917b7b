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

    public static int Thread => 0;

    public void Enter() => _run?.Enter();

    public void Enter(int thread) => Enter();

    public void Exit() => _run?.Exit();
}
