function theta = newton(cost, theta, iterations)
% NEWTON  Newton's method; each step by conjugate gradients, halved until it lowers J.
%   cost  theta -> [J, gradient, Hessian as a function of a vector]
  for t = 1:iterations
    [J, grad, hessianTimes] = cost(theta);
    [step, ~] = pcg(hessianTimes, -grad, 1e-3, 500);
    share = 1;
    while share > 1e-10 && ~(cost(theta + share * step) < J)
      share = share / 2;
    end
    if share <= 1e-10                    % J is as low as numbers of this precision go
      break
    end
    theta = theta + share * step;
  end
end
